"""Personal data and secrets by their looks, taken out of what people and machines read later.

A net below the real protection, which is that no message of ours holds a cell's value. Libraries
write messages too: what looks like a mail address, a payment card, an account or telephone number
or a key is masked in every log record and every kept traceback, whoever wrote it. A name has no
looks, so in tracebacks whatever a library quotes is masked as well.
"""

import logging
import re
from collections.abc import Callable
from typing import Final

from caf_platform.capabilities import Capability
from caf_platform.plugins import Kind, register

MASK: Final = "[masked]"
_LUHN_BASE, _LUHN_MOST = 10, 9
_CARD: Final = re.compile(r"(?<![\w.-])\d(?:[ -]?\d){12,18}(?![\w-])")
_LOOKS: Final = (
    re.compile(r"[\w.%+-]+@[\w-]+(?:\.[\w-]+)+"),  # a mail address
    re.compile(r"(?<!\w)[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?(?!\w)"),  # an IBAN
    re.compile(
        r"(?<![\w+])\+\d{1,3}[ /.-]?(?:\(\d+\)[ /.-]?)?\d(?:[ /.-]?\d){5,13}"
    ),  # a telephone
    re.compile(r"(?<!\w)(?:AKIA|ASIA)[0-9A-Z]{16}(?!\w)"),  # an access key of AWS
    re.compile(r"(?<!\w)(?:sk|pk|gh[pousr]|xox[abeoprs])[-_][\w-]{16,}"),  # tokens of services
    re.compile(r"(?<!\w)eyJ[\w-]{16,}\.eyJ[\w-]{16,}(?:\.[\w-]+)?"),  # a JSON web token
)
_QUOTED: Final = re.compile(r"'[^'\n]*'|\"[^\"\n]*\"")
_OWN_LINE: Final = re.compile(r"(?:Traceback \(|  |$|The above exception|During handling)")


@register(Kind.CONTROL, "masked logs", Capability.DATA_PROTECTION, Capability.OBSERVABILITY)
def masked(text: str) -> str:
    """The text without what looks personal or secret; the same text where nothing does."""
    for looks in _LOOKS:
        text = looks.sub(MASK, text)
    return _CARD.sub(lambda found: MASK if _is_card(found[0]) else found[0], text)


def masked_traceback(text: str) -> str:
    """A traceback without the values in its messages; files, lines and code stay as they are."""
    lines = (
        line if _OWN_LINE.match(line) else _QUOTED.sub(MASK, line) for line in text.split("\n")
    )
    return masked("\n".join(lines))


def mask_logs() -> None:
    """Mask every log record of this process from here on, with its traceback; twice is once."""
    make = logging.getLogRecordFactory()
    if getattr(make, "masks", False):
        return
    factory = _masking(make)
    factory.masks = True  # type: ignore[attr-defined] # a mark on our own function
    logging.setLogRecordFactory(factory)


def _masking(make: Callable[..., logging.LogRecord]) -> Callable[..., logging.LogRecord]:
    def factory(*args: object, **more: object) -> logging.LogRecord:
        record = make(*args, **more)
        try:
            record.msg, record.args = masked(record.getMessage()), None
        except Exception:  # noqa: BLE001 - a record that cannot be told is logging's to report
            return record
        if record.exc_info and not record.exc_text:
            told = logging.Formatter().formatException(record.exc_info)
            record.exc_text = masked_traceback(told)
        return record

    return factory


def _is_card(text: str) -> bool:
    """Whether the digits pass the check that every payment card does (ISO/IEC 7812, Luhn)."""
    digits = [int(one) for one in text if one.isdigit()]
    doubled = (2 * one for one in digits[-2::-2])
    odd = (one - _LUHN_MOST if one > _LUHN_MOST else one for one in doubled)
    return (sum(digits[-1::-2]) + sum(odd)) % _LUHN_BASE == 0
