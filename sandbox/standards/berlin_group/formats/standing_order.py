"""When a periodic payment is made: the members that are the same in JSON and beside a pain.001.

Source: psd2-api 1.3.11, periodicPaymentInitiation_xml-Part2-standingorderType_json.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from marshmallow import Schema, ValidationError, fields, validates_schema
from marshmallow.validate import OneOf

from sandbox.standards.berlin_group.schemas import IsoDay

_MONTHS_MAX = 11
#: The frequency that names its months.
VARIABLE = "MonthlyVariable"
FREQUENCIES = (
    "Daily",
    "Weekly",
    "EveryTwoWeeks",
    "Monthly",
    "EveryTwoMonths",
    "Quarterly",
    "SemiAnnual",
    "Annual",
    VARIABLE,
)
EXECUTION_RULES = ("following", "preceding")
_MONTHS = frozenset(str(month) for month in range(1, 13))


def check_months(months: Sequence[str]) -> None:
    """Refuse months that are none, or named twice, or all twelve."""
    # psd2-api 1.3.11, monthsOfExecution: at most eleven entries, all different, none above 12.
    if not 0 < len(months) <= _MONTHS_MAX or len(set(months)) < len(months) or not set(months) <= _MONTHS:
        raise ValidationError('One to eleven different months from "1" to "12" are expected.')


class StandingOrderType(Schema):
    """The days of a standing order."""

    startDate = IsoDay(required=True)
    endDate = IsoDay()
    executionRule = fields.String(validate=OneOf(EXECUTION_RULES))
    frequency = fields.String(required=True, validate=OneOf(FREQUENCIES))
    dayOfExecution = fields.String(validate=OneOf([str(day) for day in range(1, 32)]))
    monthsOfExecution = fields.List(fields.String(), validate=check_months)

    @validates_schema
    def _ends_after_its_start(self, data: Mapping[str, Any], **_: Any) -> None:
        if "endDate" in data and data["endDate"] < data["startDate"]:
            raise ValidationError("The last day comes before the first one.", "endDate")

    @validates_schema
    def _names_months_where_they_vary(self, data: Mapping[str, Any], **_: Any) -> None:
        # psd2-api 1.3.11, monthsOfExecution: "contained if and only if the frequency equals MonthlyVariable".
        if ("monthsOfExecution" in data) != (data["frequency"] == VARIABLE):
            raise ValidationError(
                f"Months are named if and only if the frequency is {VARIABLE}.", "monthsOfExecution"
            )
