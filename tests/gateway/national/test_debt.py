"""How many systems still come in by a password is shown to those who can have it changed."""

from datetime import date

from contracts.gateway import ClientKind
from gateway.commands import PartnerEntry, disable, enter_partner
from tests.gateway.national.speaking import AGENCY, account


async def test_the_leaders_page_tells_how_many_systems_come_in_by_a_password_and_until_when(city):
    async def page(language):
        async with city.public() as reader:
            answer = await reader.get(f"/board?lang={language}")
            assert answer.status_code == 200
            return answer.text

    assert "mật khẩu" not in await page("vi")
    first, _ = await account(city.running, expires_on=date(2998, 5, 31))
    assert "1 one-stop system still connects" in await page("en")
    second, _ = await account(city.running, expires_on=date(2999, 12, 31))
    trial = PartnerEntry(
        name="Thử",
        agencies=[AGENCY],
        scopes=["dossiers:write"],
        kind=ClientKind.SANDBOX,
        dialect=True,
        networks=["any"],
    )
    await city.running["gateway"].do(enter_partner, trial, "test")
    assert "2 hệ thống một cửa còn kết nối" in await page("vi")
    assert "hết hạn sau ngày 31/12/2999" in await page("vi")
    for text in (await page("vi"), await page("en")):
        # It is a public page: how many, never who.
        assert not any(told in text for told in (first, second, "Một cửa cũ", AGENCY))
    await city.running["gateway"].do(disable, second, "", "test")
    assert "31/05/2998" in await page("en")
