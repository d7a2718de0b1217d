"""No refusal is only written: each reason of each part is named by a game day or by a test."""

import re
from pathlib import Path

from checkout import files
from reason_codes import codes, named, refusals, rules, unreached


def test_every_reason_is_named_by_a_test_or_a_game_day():
    """Whoever adds a reason adds the case in which it is given; of what is filled in, one."""
    assert len(codes()) > 100
    assert unreached(codes(), named()) == []


def test_every_rule_of_the_contract_is_named_by_a_test():
    """The codes under which rows are set aside and files are refused."""
    assert unreached(rules(), named()) == []


def test_every_kind_of_refusal_is_expected_by_a_test():
    """`pytest.raises(Tampered)`; or, of what a command says to people, a text "Fault: ..."."""
    tests = [path for path in files() if path.suffix == ".py" and "tests" in path.parts]
    text = "\n".join(path.read_text("utf-8") for path in tests)
    words = frozenset(re.findall(r"""(?:raises\(\(?|["'])([A-Za-z]+)(?:[,) ]|: )""", text))

    assert unreached(refusals(), words) == []


def test_a_reason_that_nobody_names_is_found(tmp_path: Path):
    """With its file and line; a text that is filled in is named by whatever fits it."""
    path = tmp_path / "gate.py"
    path.write_text(
        "WORD = 'never_seen'\n"
        "def refuses(code, text): ...\n"
        "refuses(WORD, '')\n"
        "refuses('seen', '')\n"
        "refuses(f'too_few_{what}', '')\n"
        "Reason(code='unseen' if bad else 'seen')\n",
        "utf-8",
    )

    missing = unreached(codes((path,)), frozenset({"seen", "too_few_rows"}))

    assert missing == ["gate.py:3: never_seen", "gate.py:6: unseen"]
