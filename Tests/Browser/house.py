"""A store, fronts and people who sign in."""
from element_producer import ElementProducer
from processes import START_PATIENCE, Front, Producer, Redis, until
from web import get

PASSWORD = "correct horse"


class House:
    """A store, two fronts with one users file, and a page `tree` for some roles."""

    def __init__(self, scratch, hashed):
        self.file, self.hashed, self.programs = scratch / "users.yml", hashed, []
        self.write(ada=["ops"], bob=["sales"], eve=["editor", "sales"])
        self.store = self.keep(Redis(scratch))
        self.fronts = [self.keep(Front(self.store, "--users", self.file)) for _ in range(2)]
        self.base = self.fronts[0].base
        self.tree = None

    def keep(self, program):
        self.programs.append(program)
        return program

    def write(self, **users):
        draft = self.file.with_suffix(".draft")
        draft.write_text("".join(f'{name}: {{ password: "{self.hashed}", roles: [{", ".join(roles)}] }}\n'
                                 for name, roles in users.items()), encoding="utf-8")
        draft.chmod(0o600)
        draft.rename(self.file)

    def show_tree(self):
        self.tree = ElementProducer(
            self.store, title="For some", view=["ops", "sales"], act=["ops"], order=["hi"],
            components={"hi": {"type": "hello", "title": "Hi"}})
        self.tree.page.pop("root")
        self.tree.set({"@page": self.tree.page, "hi": {"value": 0}})
        until(lambda: get(self.base, "/tree").status == 303, 20, "the page for roles")

    def run(self, folder):
        """Shows a folder of dashboards; gives the producer."""
        producer = self.keep(Producer(self.store, folder.path).owns())
        for front in self.fronts:
            for file in folder.path.glob("*.yml"):
                until(lambda: get(front.base, f"/{file.stem}").status in (200, 303), START_PATIENCE, f"{file.stem}")
        return producer

    def open(self, new_page, address, user=None, front=0):
        """A visitor of their own, signed in if there is a name."""
        page = new_page(f"{self.fronts[front].base}/{address}")
        if user:
            if "/login" not in page.url:
                page.get_by_role("link", name="Sign in").click()
            sign_in(page, user)
            page.wait_for_url(f"**/{address}")
        return page

    def stop(self):
        if self.tree:
            self.tree.stop()
        for program in reversed(self.programs):
            program.kill()


def sign_in(page, user, password=PASSWORD):
    page.get_by_label("Name").fill(user)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
