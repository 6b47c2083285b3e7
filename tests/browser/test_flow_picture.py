"""The picture of a flow: built with the mouse, built with the keyboard alone, and edited by two."""

import re
import secrets

import pytest
from browser.people import CHINESE, ENGLISH
from browser.test_pages import NARROW, WIDE, look

from web.ops.demo.content import FLOW_NAME

QUEUES = {"1": "Sales", "2": "Support", "0": "Operator"}
PLACES = {"play": (40, 40), "menu": (330, 40), "1": (680, 20), "2": (680, 180), "0": (680, 340)}
BIG = {"width": 1800, "height": 1000}


LABEL = """() => {
  const here = document.activeElement;
  return here?.getAttribute("aria-label") || here?.labels?.[0]?.textContent.trim() || "";
}"""


class Picture:
    """The page of a flow's picture, as a person uses it."""

    def __init__(self, person):
        self.person = person
        self.page = person.page

    def new(self):
        """Add a flow by the list; its picture opens."""
        name = f"Picture {secrets.token_hex(3)}"
        self.person.go("/flows/new")
        self.person.fills(name=name)
        self.page.locator(
            "form[action='/flows'] button[type=submit], form button.btn-primary"
        ).last.click()
        self.page.wait_for_url(re.compile(r"/flows/\d+/picture$"))
        self.see("canvas").wait_for()
        return name

    def see(self, name):
        return self.person.see(name)

    def step(self, step):
        return self.page.locator(f".react-flow__node[data-id='{step}']")

    def handle(self, step, output):
        return self.step(step).locator(f".react-flow__handle[data-handleid='{output}']")

    def drags(self, type_, place):
        """Drag a step type from the palette into the picture."""
        x, y = place
        self.page.locator(f"[data-type={type_}]").drag_to(
            self.page.locator(".react-flow__pane"), target_position={"x": x + 120, "y": y + 24}
        )

    def connects(self, step, output, target):
        """Draw a connection from an output to a step."""
        self._drag(self.handle(step, output), self.handle(target, "in"))

    def _drag(self, source, target):
        mouse = self.page.mouse
        for at, one in enumerate((source, target)):
            box = one.bounding_box()
            mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=6)
            if not at:
                mouse.down()
        mouse.up()

    def form(self, label):
        """A field of the open form by its label."""
        return self.see("step-form").get_by_label(label, exact=True)

    def saved(self):
        self.page.wait_for_selector("[data-testid=save-state][data-state=saved]")
        return self

    def document(self):
        flow = self.page.url.split("/")[-2].split("?")[0]
        return self.person.page.evaluate(
            "flow => fetch(`/api/v1/flows/${flow}/draft`).then(one => one.json())", flow
        )

    def is_right(self):
        """Wait until the check finds no error."""
        self.see("check").click()
        self.page.get_by_text(re.compile("the flow can be published")).wait_for()


def ways(document):
    """What the demo's flow does, whatever its steps are called."""
    nodes = document["nodes"]
    play = nodes[document["start"]]
    menu = nodes[play["then"]]
    keys = {key: nodes[to]["queue"] for key, to in menu["choices"].items()}
    return play["prompts"], menu["prompts"], keys, nodes[menu["otherwise"]]["queue"]


DEMO = (
    ["greeting"],
    ["menu"],
    {"1": "sales", "2": "support", "0": "operator"},
    "operator",
)


@pytest.fixture
def picture(site):
    return Picture(site.supervisor("admin", viewport=BIG).logs_in("/flows"))


def test_the_demos_flow_is_built_with_the_mouse_and_published(picture):
    name = picture.new()
    picture.drags("play", PLACES["play"])
    picture.form("Prompts 1").select_option("greeting")
    picture.drags("menu", PLACES["menu"])
    picture.form("Prompts 1").select_option("menu")
    for at, (key, queue) in enumerate(QUEUES.items()):
        picture.drags("queue", PLACES[key])
        picture.step(f"queue-{at + 1}" if at else "queue").wait_for()
        picture.form("Queue").select_option(label=queue)
    picture.connects("play", "then", "menu")
    picture.connects("menu", "+choices", "queue")
    picture.connects("menu", "+choices", "queue-2")
    picture.connects("menu", "otherwise", "queue-3")
    picture.step("menu").click()
    picture.form("Key 0").select_option("queue-3")
    picture.is_right()
    picture.saved()
    assert ways(picture.document()["document"]) == DEMO

    # A connection is deleted, and comes back.
    picture.step("menu").click()
    picture.page.locator(".react-flow__edge[data-id='play|then']").click(force=True)
    picture.page.keyboard.press("Delete")
    picture.page.locator(".react-flow__edge[data-id='play|then']").wait_for(state="detached")
    picture.see("undo").click()
    picture.page.locator(".react-flow__edge[data-id='play|then']").wait_for(state="attached")

    picture.see("publish").click()
    picture.page.get_by_label("What changes?").fill("First version")
    picture.see("publish-now").click()
    picture.page.get_by_text("Published.", exact=True).wait_for()
    picture.person.go("/flows")
    row = picture.page.locator("tr", has_text=name)
    assert "Published" in row.inner_text()


class Keyboard:
    """The picture of a flow without a mouse."""

    def __init__(self, picture):
        self.page = picture.page
        self.press = picture.page.keyboard.press
        self.type = picture.page.keyboard.type

    def picks(self, type_):
        """Choose a type in the picker that opens."""
        self._has_focus("[data-testid=type-picker]")
        self.type(type_)
        self.press("Enter")

    def adds(self, type_):
        """Add a step after this one."""
        self.press("n")
        self.picks(type_)

    def begins(self, picture):
        """Begin an empty flow with a step that plays and a menu after it, which has the focus."""
        picture.see("first-step").press("Enter")
        self.picks("Play")
        self.is_at("play")
        self.adds("Menu")
        self.is_at("menu")

    def opens(self):
        """Open the form of the step with the focus; its first field has it then."""
        self.press("Enter")
        self._has_focus("[data-testid=step-form]")

    def closes(self, step):
        """Leave the form; the step has the focus again."""
        self.press("Escape")
        self.is_at(step)

    def _has_focus(self, inside):
        focused = "inside => document.activeElement?.closest(inside) !== null"
        self.page.wait_for_function(focused, arg=inside)

    def is_at(self, step):
        """Wait until a step has the focus."""
        focused = "step => document.activeElement?.dataset.id === step"
        self.page.wait_for_function(focused, arg=step)

    def tabs_to(self, label):
        """Press Tab until the field of this label has the focus."""
        for _ in range(40):
            if self.page.evaluate(LABEL) == label:
                return
            self.press("Tab")
        raise AssertionError(f"Tab does not reach {label}")

    def chooses(self, label, option):
        """Choose an option of a select by its first letters."""
        self.tabs_to(label)
        self.type(option)
        chosen = "() => document.activeElement.selectedOptions[0].text"
        assert self.page.evaluate(chosen).startswith(option), label

    def has_steps(self, count):
        """Wait until so many steps are drawn."""
        self.page.wait_for_function(
            "count => document.querySelectorAll('.react-flow__node').length === count", arg=count
        )


def test_the_demos_flow_is_built_with_the_keyboard_alone(picture):
    picture.new()
    keys = Keyboard(picture)
    picture.see("first-step").focus()
    keys.press("Enter")
    keys.picks("Play")
    keys.is_at("play")
    keys.opens()
    keys.chooses("Prompts 1", "greeting")
    keys.closes("play")
    keys.adds("Menu")
    keys.is_at("menu")
    keys.opens()
    keys.chooses("Prompts 1", "menu")
    keys.closes("menu")
    for at, queue in enumerate(QUEUES.values()):
        keys.adds("Queue")
        step = f"queue-{at + 1}" if at else "queue"
        keys.is_at(step)
        keys.opens()
        keys.type(f"To {queue}")
        keys.chooses("Queue", queue)
        keys.closes(step)
        keys.press("ArrowLeft")
        keys.is_at("menu")
    # The first new step went to the open output, the others to new keys: the form leads them on.
    keys.opens()
    for key, queue in QUEUES.items():
        keys.chooses(f"Key {key}", f"To {queue}")
    keys.chooses("After the last try", "To Operator")
    keys.closes("menu")
    picture.saved()
    assert ways(picture.document()["document"]) == DEMO


PRESSES = """async (keys) => {
  const foci = [];
  for (const key of keys) {
    const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true });
    document.activeElement.dispatchEvent(event);
    // No timer, no frame and no other event can come here before the rest of the loop.
    await null;
    await null;
    const here = document.activeElement;
    foci.push(`${key} ${here.dataset.id ?? here.dataset.testid ?? here.tagName}`);
  }
  return foci;
}"""


def test_the_focus_moves_before_the_next_key(picture):
    picture.new()
    keys = Keyboard(picture)
    keys.begins(picture)
    pressed = ["Enter", "Escape", "ArrowLeft", "Enter", "Escape", "w", "Escape", "ArrowRight"]
    at = ["step-name", "menu", "play", "step-name", "play", "change-way", "play", "menu"]
    found = picture.page.evaluate(PRESSES, pressed)
    assert found == [f"{key} {place}" for key, place in zip(pressed, at, strict=True)]


def test_a_connection_is_changed_and_deleted_with_the_keyboard(picture):
    picture.new()
    keys = Keyboard(picture)
    picture.see("first-step").press("Enter")
    keys.type("Menu")
    keys.press("Enter")
    for number in ("queue", "queue-2", "queue-3"):
        keys.is_at("menu")
        keys.adds("Queue")
        keys.is_at(number)
        keys.press("ArrowLeft")
    keys.is_at("menu")
    keys.press("w")
    sentence = picture.see("way-menu").locator("p")
    first = sentence.inner_text()
    keys.press("w")
    assert sentence.inner_text() != first
    keys.press("ArrowUp")
    assert sentence.inner_text() == first
    keys.press("Enter")
    picture.see("way-menu").locator("select").select_option("queue-3")
    keys.press("Enter")
    keys.is_at("menu")
    key = picture.saved().document()["document"]["nodes"]["menu"]["choices"]
    assert list(key.values()) == ["queue-3", "queue-3"]
    keys.press("w")
    keys.press("Delete")
    keys.is_at("menu")
    left = picture.saved().document()["document"]["nodes"]["menu"]["choices"]
    assert len(left) == len(key) - 1


def test_steps_are_copied_deleted_and_brought_back_with_the_keyboard(picture):
    picture.new()
    keys = Keyboard(picture)
    keys.begins(picture)
    for key in ("Control+a", "Control+c", "Control+v"):
        keys.press(key)
    keys.has_steps(4)
    keys.press("Control+z")
    keys.has_steps(2)
    keys.is_at("play")
    keys.press("ArrowRight")
    keys.is_at("menu")
    keys.press("Delete")
    keys.has_steps(1)
    keys.is_at("play")
    keys.press("Control+z")
    keys.has_steps(2)
    keys.press("?")
    picture.see("keys").wait_for()
    keys.press("Escape")
    keys.is_at("play")


def test_a_second_editor_is_told_at_once_and_nothing_is_overwritten(site):
    first, second = (
        Picture(site.supervisor("admin", viewport=BIG).logs_in("/flows")) for _ in range(2)
    )
    first.new()
    first.drags("play", PLACES["play"])
    first.saved()
    second.person.go(first.page.url.removeprefix(second.person.address))
    second.step("play").click()
    second.see("step-name").fill("Greeting of the second")
    second.saved()
    first.see("conflict").wait_for()
    first.see("step-name").fill("Greeting of the first")
    first.see("save-copy").click()
    first.page.wait_for_url(lambda url: url != second.page.url)
    first.step("play").wait_for()
    assert second.document()["document"]["nodes"]["play"]["name"] == "Greeting of the second"
    assert first.document()["document"]["nodes"]["play"]["name"] == "Greeting of the first"


@pytest.mark.parametrize(
    ("locale", "scheme", "size"), [(ENGLISH, "light", WIDE), (CHINESE, "dark", NARROW)]
)
def test_the_picture_is_accessible(site, locale, scheme, size):
    wishes = {"color_scheme": scheme, "viewport": size, "reduced_motion": "reduce"}
    admin = site.supervisor("admin", locale=locale, **wishes).logs_in("/flows")
    flows = site.installation.api("admin").get("/flows")["items"]
    flow = next(one["id"] for one in flows if one["name"] == FLOW_NAME)
    admin.go(f"/flows/{flow}/picture?panel=step")
    admin.see("step-form").wait_for()
    assert look(admin, f"{locale}-{scheme}-{size['width']}-flow-picture") == []


def test_on_a_telephone_the_commonest_commands_take_two_rows_and_a_menu_has_the_others(site):
    picture = Picture(site.supervisor("admin", viewport=NARROW).logs_in("/flows"))
    picture.new()
    for shown in ("add-step", "undo", "redo", "check", "publish", "save-state"):
        assert picture.see(shown).is_visible()
    assert picture.see("first-step").is_visible()
    bar = picture.page.locator(".picture-bar").bounding_box()
    button = picture.see("publish").bounding_box()
    assert bar["height"] < 2.5 * button["height"]

    picture.person.tabs_to("more").press("Enter")
    picture.person.tabs_to("panel-versions").press("Enter")
    picture.see("side-versions").wait_for()
    assert not picture.see("panel-versions").is_visible()
    picture.page.keyboard.press("/")
    picture.page.wait_for_selector("[data-testid=side-steps] input:focus")
