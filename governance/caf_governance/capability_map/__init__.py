"""The executable capability map: what is claimed of each capability, judged by what was found."""
