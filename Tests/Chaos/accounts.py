"""People with names: the users file, signing in, and signing out."""
import asyncio
import re
import subprocess
import urllib.parse

import web

PASSWORD = "correct horse"


class UsersFile:
    """Who there is and in which roles; all have the same password."""

    def __init__(self, path, program):
        self.path = path
        told = subprocess.run([program, "password"], input=PASSWORD + "\n", capture_output=True, text=True, check=True)
        self._hash = told.stdout.strip()
        self.write({"nobody": ["none"]})

    def write(self, roles):
        """Replaces the file in one step, as an editor does: nobody may read half of it."""
        draft = self.path.with_suffix(".draft")
        draft.write_text("".join(f'{name}: {{ password: "{self._hash}", roles: [{", ".join(words)}] }}\n'
                                 for name, words in roles.items()))
        draft.chmod(0o600)
        draft.rename(self.path)


async def sign_in(port, user):
    """The cookie of a new session with a name."""
    form = await web.ask(port, "GET", "/login", within=15)
    cookie = form.headers["set-cookie"].split(";")[0]
    answer = await post(port, "/login", cookie, csrf=hidden(form), user=user, password=PASSWORD, next="guarded")
    if answer.status == 429:
        await asyncio.sleep(int(answer.headers["retry-after"]))
        return await sign_in(port, user)
    if answer.status != 303:
        raise OSError(f"{user} is not let in: {answer.status}")
    return answer.headers["set-cookie"].split(";")[0]


async def sign_out(port, cookie):
    """Ends the session at that front, whichever its viewer uses."""
    form = await web.ask(port, "GET", "/login", headers={"Cookie": cookie}, within=15)
    answer = await post(port, "/logout", cookie, csrf=hidden(form))
    if answer.status != 303:
        raise OSError(f"signing out is answered {answer.status}")


async def post(port, path, cookie, **fields):
    headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
    return await web.ask(port, "POST", path, urllib.parse.urlencode(fields).encode(), headers, within=15)


def hidden(page):
    """The token of the form on a page."""
    return re.search(rb'name="csrf" value="([^"]+)"', page.body)[1].decode()
