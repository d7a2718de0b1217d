"""The risk register: risks as data, and what the tests of their controls say of them now."""
