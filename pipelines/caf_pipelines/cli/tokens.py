"""`caf tokens`: by which keys identifiers become tokens, and a new one for the next play."""

from caf_pipelines.cli.opening import chosen, open_platform
from caf_pipelines.cli.output import console, show_json
from caf_pipelines.lifecycle.turn import turn
from caf_platform.errors import BadInput
from caf_platform.ledger.events import PlayStarted
from caf_platform.ledger.streams import plays
from caf_platform.wiring import Platform


def show_tokens(project: str, *, as_json: bool) -> None:
    """The keys by their names, the oldest first, and which plays use them; never a key.

    JSON: project, columns (that are tokenised), keys (key_id, plays).
    """
    platform = open_platform()
    name = chosen(platform, project)
    columns, keys = _columns(platform, name), _keys(platform, name)
    if as_json:
        told = [{"key_id": key_id, "plays": used_by} for key_id, used_by in keys.items()]
        show_json({"project": name, "columns": list(columns), "keys": told})
        return
    said = ", ".join(columns) or "none: declare tokenised=True at a column"
    console().print(f"Columns with tokens: {said}", markup=False, soft_wrap=True)
    for key_id, used_by in keys.items():
        used = f"play {', '.join(map(str, used_by))}" if used_by else "the next play"
        console().print(f"{key_id}  {used}", markup=False)


def rotate_tokens(project: str, *, as_json: bool) -> None:
    """Make the key of the next play; that one reads every file again, and so names all anew.

    `BadInput` for a project without tokenised columns. JSON: project, key_id.
    """
    platform = open_platform()
    name = chosen(platform, project)
    if not _columns(platform, name):
        raise BadInput(
            f"No column of '{name}' is tokenised.",
            next_step="Declare one with tokenised=True in its contract.",
        )
    with turn(platform.home, name, aside=True):
        made = platform.token_keys(name).rotate()
    if as_json:
        show_json({"project": name, "key_id": made.key_id})
        return
    text = f"The next play of {name} makes its tokens with a new key, {made.key_id}: caf demo"
    console().print(text, markup=False, soft_wrap=True)


def _columns(platform: Platform, name: str) -> tuple[str, ...]:
    return platform.project(name).declaration.contract.tokenised


def _keys(platform: Platform, name: str) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {key.key_id: [] for key in platform.token_keys(name).all()}
    for record in platform.ledger.read(stream=plays(name)):
        if isinstance(record.event, PlayStarted) and record.event.token_key:
            found.setdefault(record.event.token_key, []).append(record.event.play)
    return found
