"""Income: salaries on the country's day, pensions, benefits, refunds, jobs by the piece, and companies."""

from sandbox.population.economy import Work
from sandbox.population.planning import Rule, Sheet

#: On these days whoever owns a business pays themselves: a trader from then on, a shopkeeper until then.
TRADER_S_WAGE_DAY, SHOP_S_WAGE_DAY = 20, 25
_PAYROLL_SHARE = 0.11
_SHOP_RECEIPTS = (2_080, 2_240)


def plan_income(sheet: Sheet) -> None:
    """Plan what comes in this month, member by member."""
    for work in sheet.life.works:
        if f"{sheet.month.year}-{sheet.month.month:02d}" <= work.until:
            _JOBS[work.job](sheet, work)
    _of_household(sheet)


def _salary(sheet: Sheet, work: Work) -> None:
    """A salary, with the country's holiday pay, half tax and extra pay where its months are."""
    life, month, pay = sheet.life, sheet.month, sheet.life.country.pay
    account = life.daily(work.member, month)
    day = month.bank_day_until(work.day)
    minor = int(work.net_minor * sheet.rise)
    holiday = pay["holiday_pay"]
    if month.month == holiday["month"]:
        extra = int(minor * 12 * holiday["share"] * (1.35 if holiday["tax_free"] else 1.0))
        if holiday["instead_of_salary"]:
            sheet.add(day, 305, account, extra, "holiday_pay", work.payer)
            minor = 0
        else:
            sheet.add(day, 306, account, extra, "holiday_pay", work.payer)
    if month.month in pay["half_tax_months"]:
        minor = int(minor * 1.17)
    for one in pay["extra_pay"]:
        if one["month"] == month.month:
            minor = int(minor * (1 + one["share"]))
    if minor:
        sheet.add(day, 305, account, minor, "salary", work.payer)


def _foreign_salary(sheet: Sheet, work: Work) -> None:
    """A salary at home, and a fee from abroad in the foreign currency where there is an account for it."""
    _salary(sheet, work)
    foreign = sheet.life.account(work.member, "foreign", month=sheet.month)
    day = sheet.month.bank_day_from(3)
    sheet.add(day, 660, foreign, 30_000 + sheet.rng.randrange(300) * 100, "invoice", sheet.life.friends[0])
    sheet.add(
        *(sheet.month.bank_day_from(18), 700, foreign, -(12_000 + sheet.rng.randrange(90) * 100), "wallet"),
        sheet.life.friends[1],
        rule=Rule.SPENDS,
    )


def _pension(sheet: Sheet, work: Work) -> None:
    pay, account = sheet.life.country.pay, sheet.life.daily(work.member, sheet.month)
    day = sheet.month.bank_day_until(pay["pension_day"])
    minor = int(work.net_minor * sheet.rise)
    sheet.add(day, 302, account, minor * 3 // 4, "pension", work.payer)
    sheet.add(day, 304, account, minor // 4, "pension", sheet.life.billers["pension"])


def _student(sheet: Sheet, work: Work) -> None:
    pay, account = sheet.life.country.pay, sheet.life.daily(work.member, sheet.month)
    if sheet.month.month != 7:
        day = sheet.month.bank_day_until(pay["student_day"])
        sheet.add(day, 303, account, int(work.net_minor * sheet.rise), "student", work.payer)
    shifts = 2.2 if sheet.month.month in (6, 7, 8) else 1.0
    minor = int(work.extra_minor * shifts * (0.7 + sheet.rng.random() * 0.6))
    sheet.add(
        sheet.month.bank_day_until(work.day), 305, account, minor, "salary", sheet.life.billers["employer"]
    )


def _minor(sheet: Sheet, work: Work) -> None:
    """Pocket money from the guardian, each month on the first, and a birthday's present from the family."""
    life, month = sheet.life, sheet.month
    payer = life.daily(life.works[0].member, month)
    child = life.account(work.member, "youth", month=month)
    if child is not None:
        minor = int(work.spending_minor * sheet.rise) // 1000 * 1000
        sheet.add(0, 480, payer, -minor, "pocket_money", other=child, rule=Rule.SPENDS)
        if work.person.born_on and work.person.born_on.month == month.month:
            savings = life.account(work.member, "youth_savings", month=month) or child
            day = min(work.person.born_on.day, 28) - 1
            sheet.add(day, 600, savings, int(50 * life.unit), "wallet_in", life.friends[0])


def _freelance(sheet: Sheet, work: Work) -> None:
    """Three invoices one month, none the next; a third goes to the account for tax, and on to the state."""
    life, month, rng = sheet.life, sheet.month, sheet.rng
    account = life.daily(work.member, month)
    jobs = rng.choices((0, 1, 2, 3), (0.12, 0.33, 0.33, 0.22))[0]
    tax = life.account(work.member, "tax", "business_tax", month=month)
    customers = life.market.parties["customer"]
    for job in range(jobs):
        day = month.bank_day_from(rng.randint(2, 26))
        minor = int(work.net_minor * sheet.rise / 1.65 * 1.45 * rng.uniform(0.6, 1.4))
        sheet.add(day, 640, account, minor, "invoice", rng.choice(customers), detail=str(job))
        sheet.add(day, 650, account, -minor * 3 // 10, "saving", other=tax, rule=Rule.SPENDS)
    _tax_and_vat(sheet, work)


def _tax_and_vat(sheet: Sheet, work: Work) -> None:
    """Value added tax and advance tax, out of the account where they were put aside."""
    life, month = sheet.life, sheet.month
    pay, days = life.country.pay, sheet.month
    own = life.account(work.member, "tax", "business_tax", "business", "daily", month=month)
    if month.month in pay["vat_months"]:
        due = int(work.net_minor * sheet.rise * 0.3 * 12 / len(pay["vat_months"]))
        day = days.bank_day_from(pay["vat_day"])
        tax = life.billers["tax"]
        sheet.add(day, 620, own, -due, "vat", tax, rule=Rule.PAYS, detail=sheet.stamp)


def _trader(sheet: Sheet, work: Work) -> None:
    """A business of one: invoices paid, wares bought, tax put aside, and a wage that the owner takes."""
    life, month, rng = sheet.life, sheet.month, sheet.rng
    business = life.account(work.member, "business", month=month)
    if business is None:
        _salary(sheet, work)
        return
    turnover = int(work.net_minor * sheet.rise * 2.1)
    tax = life.account(work.member, "business_tax", month=month)
    for job in range(9):
        day = month.bank_day_from(rng.randint(1, 28))
        minor = int(turnover / 9 * rng.uniform(0.5, 1.5))
        party = rng.choice(life.market.parties["customer"])
        sheet.add(day, 640 + job, business, minor, "invoice", party, detail=str(job))
    for job in range(5):
        day = month.bank_day_from(rng.randint(3, 28))
        minor = -int(turnover * 0.04 * rng.uniform(0.5, 1.5))
        party = rng.choice(life.market.parties["supplier"])
        sheet.add(
            day, 700 + job, business, minor, "bill", party, rule=Rule.PAYS, detail=f"{sheet.stamp}{job}"
        )
    day = month.bank_day_from(TRADER_S_WAGE_DAY)
    sheet.add(day, 800, business, -turnover * 26 // 100, "saving", other=tax, rule=Rule.SPENDS)
    wage = -int(work.net_minor * sheet.rise)
    owner = life.daily(work.member, month)
    sheet.add(day, 810, business, wage, "salary", other=owner, rule=Rule.SPENDS)
    _tax_and_vat(sheet, work)


def _shop(sheet: Sheet, work: Work) -> None:
    """A shop at which people pay by card: some seventy receipts a day, wares, rent, and the owner's wage."""
    life, month, rng = sheet.life, sheet.month, sheet.rng
    business = life.account(work.member, "business", month=month)
    if business is None:
        _salary(sheet, work)
        return
    count = rng.randint(*_SHOP_RECEIPTS)
    acquirer, size, chance = life.billers["acquirer"], len(month.days), rng.random
    mean = work.net_minor * sheet.rise * 2.6 / count
    for _ in range(count):
        minute = 480 + int(chance() * 720)
        minor = 100 + int(mean * (0.2 + 1.6 * chance()))
        sheet.add(int(chance() * size), minute, business, minor, "acquirer", acquirer)
    for job in range(24):
        minor = -int(work.net_minor * sheet.rise * 1.5 / 24)
        party = rng.choice(life.market.parties["supplier"])
        day = month.bank_day_from(1 + job)
        sheet.add(day, 700, business, minor, "bill", party, rule=Rule.PAYS, detail=f"{sheet.stamp}{job}")
    owner = life.daily(work.member, month)
    wage = -int(work.net_minor * sheet.rise)
    sheet.add(
        month.bank_day_until(SHOP_S_WAGE_DAY), 810, business, wage, "salary", other=owner, rule=Rule.SPENDS
    )


def _company(sheet: Sheet, work: Work) -> None:
    """A company: customers pay, staff, suppliers and the state are paid, payroll tax is set aside."""
    life, month, rng = sheet.life, sheet.month, sheet.rng
    business = life.account(work.member, "business", month=month)
    turnover = int(work.net_minor * sheet.rise)
    for job in range(22):
        day = month.bank_day_from(rng.randint(1, 28))
        party = rng.choice(life.market.parties["customer"])
        minor = int(turnover / 22 * rng.uniform(0.5, 1.5))
        sheet.add(day, 600 + job, business, minor, "invoice", party, detail=str(job))
    day = month.bank_day_until(25)
    payroll = life.account(work.member, "payroll_tax", month=month)
    for friend in life.friends:
        wage = -int(turnover * _PAYROLL_SHARE * 0.7)
        sheet.add(day, 480, business, wage, "payroll", friend, rule=Rule.PAYS)
        sheet.add(day, 490, business, wage // 3, "saving", other=payroll, rule=Rule.SPENDS)
    tax = life.billers["tax"]
    if month.month % 2:
        due = -int(turnover * _PAYROLL_SHARE * 2.2)
        sheet.add(month.bank_day_from(15), 500, payroll, due, "vat", tax, rule=Rule.PAYS, detail=sheet.stamp)
    if month.month in life.country.pay["vat_months"]:
        due = -int(turnover * 0.09 * 12 / len(life.country.pay["vat_months"]))
        vat_day = month.bank_day_from(life.country.pay["vat_day"])
        sheet.add(vat_day, 510, business, due, "vat", tax, rule=Rule.PAYS, detail=f"{sheet.stamp}1")
    for job in range(14):
        party = rng.choice(life.market.parties["supplier"])
        minor = -int(turnover * 0.017 * rng.uniform(0.5, 1.5))
        at = month.bank_day_from(rng.randint(1, 28))
        sheet.add(
            at, 700 + job, business, minor, "bill", party, rule=Rule.PAYS, detail=f"{sheet.stamp}2{job}"
        )
    foreign = life.account(work.member, "business_foreign", month=month)
    sheet.add(
        month.bank_day_from(9), 640, foreign, 90_000 + rng.randrange(4000) * 100, "invoice", life.friends[0]
    )
    savings = life.account(work.member, "business_savings", month=month)
    sheet.add(
        *(month.bank_day_from(28), 900, business, turnover * 3 // 2, "saving"),
        other=savings,
        rule=Rule.SAVES,
    )


def _of_household(sheet: Sheet) -> None:
    """Child benefit, maintenance and benefits, the tax refund, and dividends."""
    life, month, pay = sheet.life, sheet.month, sheet.life.country.pay
    account = life.common(month)
    day = month.bank_day_until(pay["child_benefit_day"])
    state = life.market.parties["state"][0]
    if life.children:
        sheet.add(day, 300, account, int(life.children * 155 * life.unit), "child_benefit", state)
    first = life.works[0]
    if first.benefit_minor:
        benefit_day = month.bank_day_until(pay["benefit_day"])
        sheet.add(benefit_day, 301, account, first.benefit_minor, "benefit", state)
        sheet.add(benefit_day, 310, account, int(210 * life.unit), "maintenance", life.friends[0])
    settled = pay["tax_settlement"]
    if month.month == settled["months"][life.customer_number % len(settled["months"])]:
        refund = sheet.rng.random() < settled["refund_share"]
        minor = int(first.net_minor * sheet.rng.uniform(0.05, 0.25)) if first.job != "minor" else 0
        tax = life.billers["tax"]
        day = month.bank_day_from(22)
        if refund:
            sheet.add(day, 299, account, minor, "tax_refund", tax)
        else:
            sheet.add(day, 620, account, -minor, "bill", tax, rule=Rule.PAYS, detail=f"{sheet.stamp}9")
    if "dividends" in life.traits and month.month in (4, 5):
        minor = int(first.net_minor * sheet.rng.uniform(1.5, 4))
        investment = life.account(first.member, "investment", "savings", month=month)
        sheet.add(month.bank_day_from(14), 400, investment, minor, "dividend", life.billers["employer"])


_JOBS = {
    "salary": _salary,
    "director": _salary,
    "foreign_salary": _foreign_salary,
    "pension": _pension,
    "student": _student,
    "minor": _minor,
    "freelance": _freelance,
    "trader": _trader,
    "shop": _shop,
    "company": _company,
}
