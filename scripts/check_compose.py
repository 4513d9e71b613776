#!/usr/bin/env python3
"""Checks Dockerfile, docker-compose.yml and deploy/haproxy.cfg as far as that goes without a container engine.

    python3 scripts/check_compose.py

Every command, flag, variable and health check they name must be one that the program's own --help names; Redis must take
its arguments, HAProxy its file; and every service must be locked up as docs/operations.md says.
"""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[1]
BINARY = os.environ.get("SPLITFLAP_BINARY", str(ROOT / ".build/debug/splitflap"))
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
problems = []


def expect(condition, problem):
    if not condition:
        problems.append(problem)


def run(*words):
    return subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60)


def help_of(*command):
    answer = run(BINARY, *command, "--help")
    expect(answer.returncode == 0, f"{BINARY} {' '.join(command)} --help ends with {answer.returncode}")
    return answer.stdout


def instructions(name):
    return re.findall(rf"^{name}\s+(.+)$", DOCKERFILE, re.MULTILINE)


def check_words(words, where):
    """A command with its flags, as the program is started with."""
    text = help_of(words[0])
    expect(f"USAGE: splitflap {words[0]}" in text, f"{where}: there is no command \"{words[0]}\"")
    for flag in (word.split("=")[0] for word in words if word.startswith("--")):
        expect(re.search(rf"{flag}\b", text), f"{where}: {words[0]} has no flag {flag}")
    return text


def check_variables(variables, text, where):
    for name in variables:
        expect(re.search(rf"\[{name}[\]=]", text), f"{where}: {name} is no variable of its command")


def check_dockerfile():
    expect(not re.search(r"^#\s*syntax", DOCKERFILE, re.MULTILINE), "Dockerfile: a syntax line needs another server")
    expect("<<" not in DOCKERFILE, "Dockerfile: here-documents need BuildKit")
    user = (instructions("USER") or [""])[-1]
    expect(re.fullmatch(r"[1-9]\d*:[1-9]\d*", user), "Dockerfile: USER must be a number that is not root")
    everything = "".join(help_of(command) for command in ("front", "producer"))
    check_variables(re.findall(r"(SPLITFLAP_\w+)=", " ".join(instructions("ENV"))), everything, "Dockerfile")
    for line in instructions("COPY"):
        *sources, target = line.split()
        if sources[0].startswith("--from"):
            expect(f'["{target}"]' in DOCKERFILE, f"Dockerfile: ENTRYPOINT is not {target}, which is copied")
            continue
        for source in sources:
            expect(list(ROOT.glob(source)), f"Dockerfile: there is no {source} to copy")
    check_words(yaml.safe_load(instructions("CMD")[-1]), "Dockerfile CMD")
    if "VERSION_ID=\"12\"" in pathlib.Path("/etc/os-release").read_text(encoding="utf-8"):
        for package in re.findall(r"(?<![\w/])lib[\w.+-]+", " ".join(instructions("RUN"))):
            expect(run("apt-cache", "show", package).returncode == 0, f"Dockerfile: Debian 12 has no package {package}")
    check_targets([line.split()[0] for line in instructions("COPY") if not line.startswith("--from")])


def check_targets(copied):
    """The manifest names the folder of every target; the build needs them all, whatever it builds."""
    dumped = subprocess.run(["swift", "package", "dump-package"], cwd=ROOT, capture_output=True, text=True, timeout=120)
    expect(dumped.returncode == 0, f"swift package dump-package: {dumped.stderr.strip()}")
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    sent = [line[1:] for line in ignored if line.startswith("!")]
    kept_out = [line for line in ignored if line and line[0] not in "!#*"]
    for target in json.loads(dumped.stdout or '{"targets": []}')["targets"]:
        kind = "Tests" if target["type"] == "test" else "Sources"
        path = target.get("path") or f"{kind}/{target['name']}"
        inside = lambda folders: any(f"{path}/".startswith(f"{folder.rstrip('/')}/") for folder in folders)
        expect(inside(copied), f"Dockerfile: {path}, the target {target['name']}, is not copied")
        expect(inside(sent) and not inside(kept_out), f".dockerignore: {path}, the target {target['name']}, is left out")


def check_service(name, service):
    expect(service.get("read_only") is True, f"{name}: its root is not read-only")
    expect(service.get("cap_drop") == ["ALL"], f"{name}: it keeps capabilities")
    expect("no-new-privileges:true" in service.get("security_opt", []), f"{name}: it may gain privileges")
    expect(service.get("restart"), f"{name}: it has no restart policy")
    expect("ulimits" not in service, f"{name}: ulimits are not allowed everywhere")
    expect(service.get("user", "0") not in ("0", "root") or "build" in service, f"{name}: it runs as root")
    expect("ports" not in service or name == "balancer", f"{name}: only the balancer is published")
    for network in service["networks"]:
        expect(network in COMPOSE["networks"], f"{name}: there is no network {network}")
    for volume in service.get("volumes", []):
        source = volume.split(":")[0]
        known = (ROOT / source).exists() if source.startswith(".") else source in COMPOSE["volumes"]
        expect(known, f"{name}: there is no {source}")


def check_program(name, service):
    text = check_words(service["command"], name)
    check_variables(service["environment"], text, name)
    kind, program, *words = service["healthcheck"]["test"]
    expect(kind == "CMD" and f'ENTRYPOINT ["{program}"]' in DOCKERFILE, f"{name}: the health check is another program")
    text = check_words(words[:1] + words[2:], name)
    roles = re.search(r"values:\s*([\w,\s]+)\)", text)
    expect(roles and words[1] in re.split(r",\s*", roles.group(1)), f"{name}: no health check for {words[1:]}")


def check_redis(service):
    """Starts a Redis with the service's own words, and asks it what its health check asks."""
    with tempfile.TemporaryDirectory() as folder:
        place = f"{folder}/redis.sock"
        words = service["command"] + ["--port", "0", "--unixsocket", place, "--dir", folder]
        server = subprocess.Popen(words, stdout=subprocess.PIPE)
        try:
            for _ in range(100):
                check = service["healthcheck"]["test"]
                answer = run(check[1], "-s", place, *check[2:])
                if answer.returncode == 0 or server.poll() is not None:
                    break
                time.sleep(0.1)
            expect(answer.stdout.strip() == "PONG", f"redis: it does not start: {answer.stdout.strip()}")
        finally:
            server.terminate()
            server.communicate()


def check_users():
    """deploy/users.yml names what is there, and its Redis starts with the list of users, once hashes are in it."""
    override = yaml.safe_load((ROOT / "deploy/users.yml").read_text(encoding="utf-8"))
    for name, service in override["services"].items():
        expect(name in COMPOSE["services"], f"users: there is no service {name}")
        for secret in service["secrets"]:
            expect(secret in override["secrets"], f"users: there is no secret {secret}")
        if name != "redis":
            check_variables(service["environment"], help_of(name), f"users: {name}")
    users = re.sub(r"\w+_PASSWORD_SHA256", "0" * 64, (ROOT / "deploy/redis-users.acl").read_text(encoding="utf-8"))
    with tempfile.NamedTemporaryFile("w", suffix=".acl") as file:
        file.write(users)
        file.flush()
        service = override["services"]["redis"]
        command = [file.name if word == "/run/secrets/redis_users" else word for word in service["command"]]
        check_redis(COMPOSE["services"]["redis"] | {"command": command})


def check_balancer(service):
    config = ROOT / "deploy/haproxy.cfg"
    answer = run("haproxy", "-c", "-f", str(config))
    expect(answer.returncode == 0, f"balancer: {answer.stdout.strip()}")
    text = config.read_text(encoding="utf-8")
    port = COMPOSE["services"]["front"]["environment"]["SPLITFLAP_PORT"]
    targets = set(re.findall(r"server-template \S+ \d+ (\S+)", text))
    expect(targets == {f"front:{port}"}, f"balancer: it asks {targets}, not front:{port}")
    expect(service["ports"] == ["8080:8080"] and "bind :8080" in text, "balancer: 8080 is not published")
    expect(not re.search(r"\bstick\b|\bcookie\b.*insert|balance source", text), "balancer: sessions must not stick")


def main():
    check_dockerfile()
    services = COMPOSE["services"]
    for name, service in services.items():
        check_service(name, service)
        if "build" in service:
            check_program(name, service)
    for command, check in (("redis-server", lambda: check_redis(services["redis"])), ("redis-server", check_users),
                           ("haproxy", lambda: check_balancer(services["balancer"]))):
        if shutil.which(command):
            check()
        else:
            expect(os.environ.get("CI") != "true", f"{command} is missing")
            print(f"skipped: {command} is not here")
    if shutil.which("docker") and run("docker", "compose", "version").returncode == 0:
        answer = run("docker", "compose", "-f", str(ROOT / "docker-compose.yml"), "config", "-q")
        expect(answer.returncode == 0, f"docker compose config: {answer.stdout.strip()}")
    for problem in problems:
        print(problem)
    print(f"containers: {len(problems)} problems in {len(services)} services")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
