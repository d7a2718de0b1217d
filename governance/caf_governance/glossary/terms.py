"""What the platform's words mean, and what each measure means to the business. Data, no logic.

Definitions of measures are those of `caf_platform.measures.metrics`.
"""

from typing import Final

MEASURES: Final[dict[str, tuple[str, str]]] = {
    "rows": (
        "How many rows a number rests on.",
        "Few rows make a wide interval, and nobody should spend money on a wide interval.",
    ),
    "loss": (
        "The mean loss of a row: log loss in nats for classes, absolute error for numbers.",
        "What models are compared by. Nearer probabilities, or amounts, are acted on more rightly.",
    ),
    "skill": (
        "1 minus the loss over that of the best constant on these rows; 0: as good as that one.",
        "Whether the model knows more than anybody who knows how often it happens.",
    ),
    "bias": (
        "The mean score minus the mean label; for amounts relative to the mean label.",
        "Above zero too much is planned for, below zero too little.",
    ),
    "calibration_error": (
        "By how much probabilities miss how often it came true, over ten bins of the scores.",
        "A decision by expected value is only as good as the probability that it multiplies.",
    ),
    "auc": (
        "Of one row of the class and one that is none: how often the first has the higher score.",
        "How well the most urgent cases can be put first; it says nothing of how many to act on.",
    ),
    "brier": (
        "The mean squared distance of the probability from what came true. Lower is better.",
        "Ranks models like the loss, and forgives single confident mistakes more.",
    ),
    "base_rate": (
        "The share of rows of the positive class.",
        "How often it happens anyway: what acting on nobody, or on all, would meet.",
    ),
    "accuracy": ("The share of rows whose likeliest class is right.", "How often one is right."),
    "macro_recall": (
        "The share of each class that is found, averaged over classes.",
        "Rare classes count as much as frequent ones.",
    ),
    "macro_f1": (
        "The harmonic mean of precision and recall, averaged over classes.",
        "Finding rare classes without crying wolf.",
    ),
    "mae": ("The mean absolute error, in the label's unit.", "What a wrong amount is off by."),
    "wape": (
        "The sum of absolute errors over the sum of absolute labels.",
        "What share of the volume is planned wrongly.",
    ),
    "rmse": (
        "The root of the mean squared error, in the label's unit.",
        "Large mistakes count more than many small ones.",
    ),
}

VERDICTS: Final[dict[str, str]] = {
    "pass": "A gate: what was asked for was measured and holds.",  # nosec B105 - no password
    "refuse": "A gate: what was asked for was measured and does not hold.",
    "ok": "A monitor: within its limit.",
    "breach": "A monitor: beyond its limit.",
    "cannot_judge": "Not measured, or on too little; it never passes.",
}

ACTIONS: Final[dict[str, str]] = {
    "roll_back": "The former champion serves again, in one audited step.",
    "data_incident": "A person looks at the data; nothing is learnt from it.",
    "retrain": "A challenger is trained, and must beat the champion on rows neither has seen.",
    "watch": "Something moved that has done no harm yet; it is written down.",
    "nothing": "The window is as it should be; that is a decision too, and is recorded.",
}

BUSINESS: Final[dict[str, str]] = {
    "value gain": "What the challenger is worth more than the champion, per 1,000 rows, by what "
    "the project says that each outcome is worth.",
    "worth of a point": "What a hundredth less loss was worth per 1,000 rows, over the comparisons "
    "that tell models apart beyond chance.",
    "membership auc": "How often a row that the model learnt from has a smaller loss than a later "
    "one of its class: what it gives away of whose rows it has. 0.5 is chance, 1 is certain.",
    "threshold of acting": "The probability from which acting is worth more than waiting.",
}
