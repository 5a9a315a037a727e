"""What an administrator sets up, by forms that say what is wrong."""

from collections.abc import Callable

from playwright.sync_api import expect
from tests.browser.desk import Desk
from tests.browser.windows import Windows


def test_an_administrator_connects_a_mailbox_and_lets_a_colleague_in(
    browse: Windows, desk: Callable[..., Desk]
) -> None:
    admin = desk("admin")
    page = admin.page
    admin.open("/settings/connections")
    page.get_by_role("button", name="Add connection").click()
    page.get_by_role("menuitem", name="E-mail").click()
    page.get_by_role("textbox", name="Name", exact=True).fill("Surel gudang")
    page.get_by_label("E-mail address").fill("gudang@tokonusantara.example")
    smtp = page.get_by_role("group", name="Outgoing mail (SMTP)")
    smtp.get_by_label("Server").fill("mail.nowhere.invalid")
    smtp.get_by_label("User name").fill("gudang")
    smtp.get_by_label("Password").fill("rahasia gudang")
    page.get_by_role("button", name="Add connection").click()
    expect(page.get_by_role("heading", name="Surel gudang")).to_be_visible()

    # The test says what is wrong; the secret is kept, and never shown again.
    page.get_by_role("button", name="Test the connection").click()
    result = page.get_by_role("status").filter(has_text="mail.nowhere.invalid")
    expect(result).to_be_visible()
    expect(page.get_by_text("rahasia gudang")).to_have_count(0)
    admin.open("/settings/connections")
    expect(page.get_by_role("link").filter(has_text="Surel gudang").last).to_be_visible()

    admin.open("/settings/users")
    page.get_by_role("button", name="Add user").click()
    form = admin.dialog
    form.get_by_label("Name").fill("Wayan Darma")
    form.get_by_label("Email").fill("wayan@sambung.test")
    form.get_by_label("Password").fill("sambung-demo")
    form.get_by_role("button", name="Add user").click()
    expect(page.get_by_role("listitem").filter(has_text="wayan@sambung.test")).to_contain_text(
        "Agent"
    )
    wayan = Desk(browse())
    wayan.sign_in("wayan")
    # What an agent may not change is not offered.
    wayan.open("/settings")
    expect(wayan.page.get_by_role("link", name="Profile")).to_be_visible()
    expect(wayan.page.get_by_role("link", name="API keys")).to_have_count(0)
