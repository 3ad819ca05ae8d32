"""The Jalali calendar of the site is that of the browser, which is ICU's."""

from datetime import date, timedelta

from playwright.sync_api import Browser

from sevenpanel.web.writing import jalali

FIRST, LAST = date(1925, 3, 22), date(2088, 3, 19)
# Every day of the years for which the site's calendar is the official one, each as "year/month/day".
_DAYS = """(days) => {
  const written = new Intl.DateTimeFormat("en-u-ca-persian-nu-latn", {
    timeZone: "UTC", year: "numeric", month: "numeric", day: "numeric"});
  const start = Date.UTC(1925, 2, 22);
  return Array.from({length: days}, (_, n) => {
    const part = Object.fromEntries(written.formatToParts(start + n * 86400000).map(({type, value}) => [type, value]));
    return `${part.year}/${part.month}/${part.day}`;
  }).join(" ");
}"""


def test_every_jalali_day_is_the_browser_s(chromium: Browser) -> None:
    page = chromium.new_page()
    days = (LAST - FIRST).days + 1
    told = page.evaluate(_DAYS, days).split()
    page.close()

    ours = ["{}/{}/{}".format(*jalali(FIRST + timedelta(days=n))) for n in range(days)]

    assert len(told) == days
    assert [(mine, theirs) for mine, theirs in zip(ours, told, strict=True) if mine != theirs][:5] == []
