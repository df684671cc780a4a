"""Bills and own transfers: the home, power, subscriptions, loans, the card's bill, and what is put aside."""

from collections.abc import Sequence

from sandbox.bank import products
from sandbox.bank.accounts import AccountKind, AccountStatus
from sandbox.population.accounts_plan import PlannedAccount
from sandbox.population.economy import SHARES, Life
from sandbox.population.planning import Rule, Sheet

#: How much of the year's power is used in each month, times twelve: the north heats in winter.
_POWER = (1.75, 1.6, 1.35, 1.05, 0.7, 0.5, 0.45, 0.5, 0.65, 0.95, 1.2, 1.5)
#: Fixed costs: biller, category, share of its budget, what it takes (a car, an adult each), how it is paid.
_FIXED = (
    ("phone", "ict", 0.3, "direct_debit", 5),
    ("broadband", "ict", 0.28, "direct_debit", 8),
    ("streaming", "ict", 0.14, "card", 11),
    ("insurer", "insurance", 1.0, "direct_debit", 3),
    ("gym", "leisure", 0.12, "direct_debit", 1),
    ("tolls", "transport", 0.09, "bill", 20),
    ("car", "transport", 0.36, "direct_debit", 15),
)


def plan_bills(sheet: Sheet) -> None:
    """Plan what leaves each month by itself: the home first, then whoever debits, then loans and cards."""
    life, month = sheet.life, sheet.month
    account = life.common(month)
    _contributions(sheet)
    day = month.bank_day_from(bill_day(life))
    landlord, rise = life.billers["landlord"], sheet.rise
    if life.rent_minor:
        rent = -int(life.rent_minor * rise)
        sheet.add(day, 420, account, rent, "rent", landlord, rule=Rule.PAYS, detail=sheet.stamp)
    _upkeep(sheet, account, day)
    power = -int((75 + life.customer_number % 60) * life.unit * _POWER[month.month - 1] * rise)
    if life.household.persona != "student":
        sheet.add(
            month.bank_day_from(18),
            430,
            account,
            power,
            "direct_debit",
            life.billers["power"],
            rule=Rule.DEBITS,
        )
    _fixed(sheet)
    for loan in life.loans():
        payer = life.by_id.get(loan.settlement_account_id or "") or account
        years = 25 if loan.purpose == "mortgage" else 6
        annuity = int(life.loan_minor * (0.0062 if years == 25 else 0.0185))
        if loan.opened_on.isoformat() < month.days[0].iso:
            at = month.bank_day_from(20)
            sheet.add(at, 440, payer, annuity, "mortgage", rule=Rule.INSTALMENT, other=loan)
        elif loan.opened_on.isoformat() <= month.days[-1].iso:
            at = loan.opened_on.day - 1
            sheet.add(
                at,
                600,
                loan,
                -life.loan_minor,
                "loan_out",
                life.market.private(life.household.people[0].name),
            )
    if "over_indebted" in life.traits:
        for job in range(3):
            minor = -int((45 + sheet.rng.random() * 70) * life.unit)
            at = month.bank_day_from(sheet.rng.randint(4, 27))
            sheet.add(
                at,
                435,
                account,
                minor,
                "direct_debit",
                life.billers["bnpl"],
                rule=Rule.DEBITS,
                detail=str(job),
            )
        if month.month % 3 == 0:
            minor = -int(120 * life.unit)
            who = life.billers["collector"]
            sheet.add(
                month.bank_day_from(24), 450, account, minor, "bill", who, rule=Rule.PAYS, detail=sheet.stamp
            )


def bill_day(life: Life) -> int:
    """The day of the month on which the household pays its bills, where that is a bank day."""
    days: Sequence[int] = life.country.pay["bill_days"]
    return days[life.customer_number % len(days)]


def _upkeep(sheet: Sheet, account: PlannedAccount | None, bill_day: int) -> None:
    """What the town takes for a home, in the country's months and in its way: a bill, or a direct debit."""
    life, month, home = sheet.life, sheet.month, sheet.life.country.home
    if not life.upkeep_minor or month.month not in home["months"]:
        return
    minor = -int(life.upkeep_minor * (12 / len(home["months"])) * sheet.rise)
    town = life.billers["municipality"]
    if home["by"] == "bill":
        sheet.add(bill_day, 425, account, minor, "bill", town, rule=Rule.PAYS, detail=sheet.stamp)
    else:
        at = month.bank_day_from(home["day"])
        sheet.add(at, 425, account, minor, "direct_debit", town, rule=Rule.DEBITS)


def _contributions(sheet: Sheet) -> None:
    """Who shares an account pays in each month what the home and the common purchases will take."""
    life, month = sheet.life, sheet.month
    joint = life.common(month)
    if joint is None or joint.purpose not in ("joint", "bills"):
        return
    adults = [work for work in life.works if life.daily(work.member, month) not in (None, joint)]
    loans = sum(life.loan_minor for one in life.loans() if one.purpose == "mortgage")
    common = life.spending_minor * (0.62 if joint.purpose == "joint" else 0.36) + life.rent_minor
    common += life.upkeep_minor + 110 * life.unit + loans * 0.0064
    for work in adults:
        payer = life.daily(work.member, month)
        share = -int(common * sheet.rise / len(adults)) // 10_000 * 10_000
        day = min(month.bank_day_until(work.day) + 1, len(month.days) - 1)
        sheet.add(day, 300, payer, share, "transfer", other=joint, rule=Rule.SPENDS)


def _fixed(sheet: Sheet) -> None:
    life, month = sheet.life, sheet.month
    account = life.common(month)
    for role, category, share, how, day in _FIXED:
        if (role in ("tolls", "car") and not life.has_car) or (
            role == "gym" and life.customer_number % 3 == 0
        ):
            continue
        factor = 1.35 if role in ("tolls", "car") else 1.4 if role == "gym" else 1.0
        minor = -int(
            life.spending_minor * SHARES[category] * share * factor * life.tastes[category] * sheet.rise
        )
        minor = minor // 100 * 100
        at, party = month.bank_day_from(day), life.billers[role]
        rule = {"direct_debit": Rule.DEBITS, "bill": Rule.PAYS, "card": Rule.SPENDS}[how]
        booked_on = month.days[at].next_bank_day if how == "card" else ""
        sheet.add(
            *(at, 400, account, minor, how, party),
            rule=rule,
            booked_on=booked_on,
            detail=sheet.stamp if how == "bill" else "",
        )


def plan_own(sheet: Sheet) -> None:
    """Plan what people do among their own accounts, and what the bank does at the end of the month."""
    life, month, rng = sheet.life, sheet.month, sheet.rng
    last = month.bank_day_until("last")
    for one in life.accounts:
        if one.kind is AccountKind.CARD:
            _card_bill(sheet, one)
        elif one.kind is AccountKind.SAVINGS and month.month == 12 and _open(sheet, one):
            sheet.add(last, 1410, one, products.SAVINGS_BASIS_POINTS, "interest", rule=Rule.YIELDS)
        if one.closed_on and month.days[0].iso <= one.closed_on.isoformat() <= month.days[-1].iso:
            heir = life.account(one.member, "daily", "second")
            sheet.add(one.closed_on.day - 1, 240, one, 0, "closing", other=heir, rule=Rule.SWEEPS)
    common = life.common(month)
    if common is not None and common.purpose in ("joint", "bills"):
        for jar in (one for one in life.accounts if one.purpose == "savings" and _open(sheet, one)):
            sheet.add(last, 1300, common, int(1200 * life.unit), "saving", other=jar, rule=Rule.SAVES)
    for work in life.works:
        account = life.daily(work.member, month)
        if (
            account is None
            or work.job in ("company", "minor")
            or work.until < f"{month.year}-{month.month:02d}"
        ):
            continue
        sheet.add(last, 1400, account, -int(products.MONTHLY_FEE_EUR * life.unit), "fee")
        _wallet(sheet, work.member)
        # A day before the salary, what is left above a cushion goes to the savings.
        goal = int(work.net_minor * 0.35)
        savings = life.account(work.member, "savings", "rainy_day", "investment", month=month)
        shared = next((s for s in life.accounts if s.purpose == "savings" and _open(sheet, s)), None)
        day = max(month.bank_day_until(work.day) - 1, 0)
        rainy = life.account(work.member, "rainy_day", month=month)
        second = life.account(work.member, "second", month=month)
        if rainy and rng.random() < 0.4:
            sheet.add(day, 1000, account, goal * 2, "saving", other=rainy, rule=Rule.SAVES)
        if savings or shared:
            sheet.add(day, 1010, account, goal, "saving", other=savings or shared, rule=Rule.SAVES)
            for middle in (9, 19):
                cushion = int(work.net_minor * 0.12)
                sheet.add(middle, 360, savings or shared, cushion, "topup", other=account, rule=Rule.FILLS)
        if second is not None:
            sheet.add(2, 900, account, int(90 * life.unit), "transfer", other=second, rule=Rule.FILLS)


def _open(sheet: Sheet, account: PlannedAccount) -> bool:
    opened = account.opened_on.isoformat()
    return opened <= sheet.month.days[0].iso and account.status is AccountStatus.ENABLED


def _card_bill(sheet: Sheet, card: PlannedAccount) -> None:
    """The card's bill, debited on the tenth: all of it, or the least that the bank takes."""
    life, month = sheet.life, sheet.month
    if not _open(sheet, card):
        return
    payer = life.by_id.get(card.settlement_account_id or "")
    percent = 5 if "over_indebted" in life.traits else 100
    day = month.bank_day_from(10)
    if card.settlement_account_id is None:
        sheet.add(day, 380, card, percent, "card_bill", rule=Rule.CLEARS)
    else:
        sheet.add(day, 380, payer, percent, "card_bill", rule=Rule.SETTLES, other=card)


def _wallet(sheet: Sheet, member: str) -> None:
    """Small sums between friends by the phone: a shared dinner, a ticket, a birthday."""
    life, month, rng = sheet.life, sheet.month, sheet.rng
    account = life.daily(member, month)
    for _ in range(rng.randint(0, 3)):
        minor = int((6 + rng.random() * 38) * life.country.per_euro) * 100
        friend = life.friends[int(rng.random() * len(life.friends))]
        day = int(rng.random() * len(month.days))
        incoming = rng.random() < 0.45
        rule = Rule.HAPPENS if incoming else Rule.SPENDS
        kind = "wallet_in" if incoming else "wallet"
        sheet.add(
            day,
            1080 + int(rng.random() * 240),
            account,
            minor if incoming else -minor,
            kind,
            friend,
            rule=rule,
        )
