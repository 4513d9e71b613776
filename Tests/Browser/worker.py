"""A server for actions to ask."""
import http.server
import threading


class Worker:
    """A server that notes what it was asked, and answers with a status of the test's choice."""

    def __init__(self):
        self.status, self.asked = 200, []
        worker = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                worker.asked.append(dict(self.headers) | {"path": self.path})
                self.send_response(worker.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self):
        self._server.shutdown()
        self._server.server_close()
