"""axe finds nothing: on every page and main dialog, light and dark, on a desktop and on a phone."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib.resources import files
from typing import Any, Literal

from playwright.sync_api import Frame, Page, ViewportSize, expect
from tests.browser.demo import Demo
from tests.browser.desk import Desk
from tests.browser.phone import Phone
from tests.browser.site import Site
from tests.browser.widget import Visitor
from tests.browser.windows import Windows

AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
WIDTHS = (ViewportSize(width=1440, height=900), ViewportSize(width=390, height=844))
# Frames are documents of their own and looked at one by one.
EVERYTHING = {"iframes": False, "resultTypes": ["violations"]}
# What a theme changes.
COLOURS = EVERYTHING | {"runOnly": ["color-contrast"]}
OVER = "[role=dialog], [data-radix-popper-content-wrapper]"
"""What lies over a page that has been looked at already."""
STILL = """async (theme) => {
  const still = new CSSStyleSheet();
  still.replaceSync("*, ::before, ::after { transition: none !important; animation: none !important }");
  document.adoptedStyleSheets = [still];
  while (!matchMedia(`(prefers-color-scheme: ${theme})`).matches
      || (document.documentElement.dataset.theme ?? theme) === (theme === "dark" ? "light" : "dark"))
    await new Promise(requestAnimationFrame);
}"""


class Findings:
    """What axe says of the states a journey passes, each in every theme and width."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.found: dict[str, list[str]] = {}

    def look(self, state: str, within: str = "") -> None:
        """`within`: only the parts of the page this CSS selector names."""
        for size in WIDTHS:
            self.page.set_viewport_size(size)
            for theme in THEMES:
                self.page.emulate_media(color_scheme=theme, reduced_motion="reduce")
                options = EVERYTHING if theme == "light" else COLOURS
                for frame in _ours(self.page):
                    for complaint in _violations(frame, theme, within, options):
                        where = f"{state}, {theme}, {size['width']} px"
                        self.found.setdefault(complaint, []).append(where)
        self.page.set_viewport_size(WIDTHS[0])


@contextmanager
def nothing_found(page: Page) -> Iterator[Findings]:
    findings = Findings(page)
    yield findings
    said = (f"{complaint}\n  in {'; '.join(at)}" for complaint, at in findings.found.items())
    assert not findings.found, "\n".join(said)


def _ours(page: Page) -> list[Frame]:
    """Every frame but mails: those are what somebody else wrote."""
    return [frame for frame in page.frames if frame.url.startswith("http")]


def _violations(frame: Frame, theme: str, within: str, options: Mapping[str, Any]) -> Iterator[str]:
    frame.evaluate(STILL, theme)
    if not frame.evaluate("'axe' in window"):
        frame.evaluate(AXE)
    asked = [within or "html", options]
    result: dict[str, Any] = frame.evaluate("([where, how]) => axe.run(where, how)", asked)
    for rule in result["violations"]:
        for node in rule["nodes"]:
            summary = " ".join(node["failureSummary"].split())
            yield f"{rule['id']}: {node['target']} {node['html'][:160]} {summary}"


def test_the_desk_is_for_everybody(demo: Demo, desk: Callable[..., Desk], browse: Windows) -> None:
    stranger = browse()
    stranger.goto("/signin")
    with nothing_found(stranger) as at:
        expect(stranger.get_by_role("textbox").last).to_be_visible()
        at.look("sign in")

    person = demo.person("Farida Hanum", phone="+62 812 7700 6601", email="farida@surel.example")
    demo.mail(person, "Retur mug", "Mug saya pecah waktu sampai.")
    admin = desk("admin")
    page = admin.page
    with nothing_found(page) as at:
        admin.pick("Mug saya pecah")
        expect(admin.known_by("farida@surel.example")).to_be_visible()
        at.look("conversation")
        page.keyboard.press("n")
        expect(admin.note_box).to_be_visible()
        at.look("note")
        admin.panel.get_by_role("button", name="Find a customer to merge").click()
        page.get_by_role("searchbox", name="Find a customer to merge").fill("Dewi Lestari")
        page.get_by_role("button", name="Dewi Lestari").first.click()
        expect(admin.dialog).to_be_visible()
        at.look("merge", OVER)
        page.keyboard.press("Escape")
        admin.pick("Mug saya pecah")
        for key, name in (("a", "assign"), ("l", "label"), ("p", "priority"), ("h", "snooze")):
            page.keyboard.press(key)
            expect(page.locator("[data-radix-popper-content-wrapper]")).to_be_visible()
            at.look(name, OVER)
            page.keyboard.press("Escape")
            expect(page.locator("[data-radix-popper-content-wrapper]")).to_have_count(0)
        page.keyboard.press("?")
        expect(admin.dialog).to_be_visible()
        at.look("keys", OVER)
        page.keyboard.press("Escape")
        page.keyboard.press("Control+k")
        page.keyboard.type("mug")
        expect(admin.dialog.get_by_role("option").filter(has_text="Farida").first).to_be_visible()
        at.look("palette", OVER)
        page.keyboard.press("Escape")
        page.get_by_role("button", name="New conversation").first.click()
        expect(admin.dialog).to_be_visible()
        at.look("new conversation", OVER)
        for path, ready in (
            ("/inbox/closed", "heading"),
            ("/search?q=batik", "link"),
            ("/settings/connections", "button"),
            ("/settings/connections/new/email", "textbox"),
            ("/settings/connections/new/whatsapp", "textbox"),
            ("/settings/connections/new/webchat", "textbox"),
            ("/settings/queue", "button"),
            ("/settings/users", "listitem"),
            ("/settings/api-keys", "textbox"),
            ("/settings/profile", "textbox"),
            ("/settings/preferences", "switch"),
        ):
            admin.open(path)
            expect(page.get_by_role("main").get_by_role(ready).first).to_be_visible()  # type: ignore[arg-type]
            at.look(path)
        admin.open("/settings/connections")
        page.get_by_role("link").filter(has_text="WhatsApp Toko").click()
        expect(page.get_by_role("button", name="Test the connection")).to_be_visible()
        at.look("connection")
        admin.open("/settings/users")
        page.get_by_role("button", name="Add user").click()
        at.look("add user", OVER)


def test_the_chat_and_the_simulator_are_for_everybody(
    site: Site, browse: Windows, phone: Callable[..., Phone]
) -> None:
    question = {"name": "name", "label": "Your name", "required": True}
    page = site.page(site.chat("Obrolan untuk semua", prechat=[question]))
    visitor = Visitor(browse(), page)
    with nothing_found(visitor.page) as at:
        visitor.open()
        begin = visitor.frame.get_by_role("button", name="Start chat")
        begin.click()
        expect(visitor.frame.get_by_role("alert")).to_be_visible()
        at.look("pre-chat form")
        visitor.frame.get_by_label("Your name").fill("Ayu")
        begin.click()
        expect(visitor.write("Halo").locator("time")).to_be_visible()
        at.look("chat")

    customer = phone()
    with nothing_found(customer.page) as at:
        for app in ("Shop", "WhatsApp", "Mail"):
            customer.use(app)
            at.look(f"simulator: {app}")
        customer.mail.get_by_role("button", name="Write").click()
        at.look("simulator: a letter")
        customer.page.get_by_role("button", name="Make a new customer").click()
        at.look("simulator: a new customer")
