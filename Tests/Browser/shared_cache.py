"""nginx as a cache that all viewers share, in front of one front."""
import pathlib
import shutil
import tempfile
from urllib.parse import urlsplit

from processes import Program, free_port, until
from web import get

CONFIGURATION = """
worker_processes 1; daemon off; pid {folder}/nginx.pid; error_log stderr;
events {{ worker_connections 500; }}
http {{
  log_format asked '$upstream_cache_status $upstream_status $request_uri';
  access_log {folder}/access.log asked;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  proxy_cache_path {folder}/cache keys_zone=polls:1m;
  server {{
    listen 127.0.0.1:{port};
    location / {{
      proxy_pass http://{origin}; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host $http_host;
      proxy_cache polls; proxy_cache_revalidate on; proxy_cache_lock on; proxy_cache_use_stale updating;
    }}
  }}
}}
"""


class SharedCache(Program):
    """Keeps what may be kept, for as long as the answers say."""

    def __init__(self, base):
        # Workers of nginx may be another user, who may not look into pytest's folders.
        folder = self._folder = pathlib.Path(tempfile.mkdtemp(prefix="splitflap-cache-"))
        folder.chmod(0o755)
        self.port, self.log = free_port(), folder / "access.log"
        self.base = f"http://127.0.0.1:{self.port}"
        path = folder / "nginx.conf"
        path.write_text(CONFIGURATION.format(folder=folder, port=self.port, origin=urlsplit(base).netloc))
        super().__init__(shutil.which("nginx") or "/usr/sbin/nginx", "-c", path, folder=folder)
        until(self._answers, what="an answer of nginx")

    def _answers(self):
        try:
            return get(self.base, "/health/live").status == 200
        except OSError:
            return False

    def kill(self):
        super().kill()
        shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def polls(self):
        """Each poll: whether the cache answered it, what the front said, and its target."""
        asked = [line.split(" ", 2) for line in self.log.read_text().splitlines()]
        return [(state in ("HIT", "UPDATING"), status, target) for state, status, target in asked if "/api/pages/" in target]
