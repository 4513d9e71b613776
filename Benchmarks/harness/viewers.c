// Many WebSocket viewers in one thread, so that the load side is never the limit: opens them, counts what they are sent.
//
//   viewers PORT PATH COUNT PER_SECOND [hello] [deflate] [Header: value]
//
// "hello" speaks the protocol of Splitflap (docs/protocol.md), without it a viewer only listens; "deflate" offers
// permessage-deflate as browsers do. Prints "ready" when every viewer is open (and, with hello, has been sent its page).
// Then each line on standard input is answered with one line: "reset" begins to count anew, "report" gives the counts.
// A message that holds ~123~ was made at 123 microseconds of the monotonic clock.
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { FIRST_ROOM = 2048, LARGEST = 8 << 20, BATCH = 512, STAMPS = 8192, OPENING = 100 };

struct viewer {
  int socket;
  bool is_open, is_ready;
  unsigned char *bytes;
  size_t used, room;
};

// The viewers a stamped message has reached, and when it reached the last of them.
struct stamp {
  uint64_t made, last;
  int viewers;
};

static struct {
  const char *path, *header;
  int port, count, per_second;
  bool says_hello, offers_deflate;
} options;

static struct {
  uint64_t deliveries, bytes, compressed, others;
  int stamps;
  struct stamp stamp[STAMPS];
} counts;

static struct viewer *viewers;
static int opened, ready, closed, poller;
static uint64_t next_opening;

static uint64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (uint64_t)time.tv_sec * 1000000 + time.tv_nsec / 1000;
}

static void give_up(const char *why) {
  perror(why);
  exit(1);
}

// Sends a masked text frame; the mask is zero, which is one.
static void say(struct viewer *viewer, const char *text) {
  unsigned char frame[160] = {0x81};
  size_t length = strlen(text);
  if (length > 125) give_up("too long a message");
  frame[1] = 0x80 | length;
  memcpy(frame + 6, text, length);
  if (write(viewer->socket, frame, length + 6) < 0) perror("write");
}

static void hello(struct viewer *viewer) {
  char text[120];
  snprintf(text, sizeof text, "{\"type\":\"hello\",\"protocol\":1,\"client\":\"viewer%016d\"}", (int)(viewer - viewers));
  say(viewer, text);
}

static void count_stamp(const char *payload, size_t length) {
  const char *start = memchr(payload, '~', length);
  if (!start) return;
  uint64_t made = strtoull(start + 1, NULL, 10), time = now();
  for (int index = counts.stamps - 1; index >= 0; index--) {
    if (counts.stamp[index].made != made) continue;
    counts.stamp[index].viewers++;
    counts.stamp[index].last = time;
    return;
  }
  if (counts.stamps < STAMPS) counts.stamp[counts.stamps++] = (struct stamp){made, time, 1};
}

static bool begins(const char *payload, size_t length, const char *word) {
  return length >= strlen(word) && memcmp(payload, word, strlen(word)) == 0;
}

static void take_message(struct viewer *viewer, const char *payload, size_t length, size_t whole, bool is_compressed) {
  if (!is_compressed && begins(payload, length, "{\"type\":\"ping\"")) {
    counts.others++;
    return say(viewer, "{\"type\":\"pong\"}");
  }
  if (!is_compressed && begins(payload, length, "{\"type\":\"status\"")) {
    counts.others++;
    return;
  }
  if (!viewer->is_ready) {
    viewer->is_ready = true;
    ready++;
    if (options.says_hello) return;
  }
  counts.deliveries++;
  counts.bytes += whole;
  if (is_compressed) counts.compressed++;
  if (!is_compressed) count_stamp(payload, length);
}

// Takes one frame from the front of the bytes; 0 while it is not all there.
static size_t take_frame(struct viewer *viewer, unsigned char *bytes, size_t available) {
  if (available < 2) return 0;
  size_t head = 2, length = bytes[1] & 0x7F;
  if (length == 126) {
    head = 4;
    if (available < head) return 0;
    length = (size_t)bytes[2] << 8 | bytes[3];
  } else if (length == 127) {
    head = 10;
    if (available < head) return 0;
    length = 0;
    for (int index = 2; index < 10; index++) length = length << 8 | bytes[index];
  }
  if (available < head + length) return 0;
  if ((bytes[0] & 0x0F) == 0x1 || (bytes[0] & 0x0F) == 0x2) {
    take_message(viewer, (char *)bytes + head, length, head + length, bytes[0] & 0x40);
  }
  return head + length;
}

static void finish(struct viewer *viewer) {
  close(viewer->socket);
  viewer->socket = -1;
  closed++;
}

// The answer to the handshake; false while it is not all there.
static bool take_answer(struct viewer *viewer, size_t *taken) {
  unsigned char *end = memmem(viewer->bytes, viewer->used, "\r\n\r\n", 4);
  if (!end) return false;
  if (memcmp(viewer->bytes, "HTTP/1.1 101", 12) != 0) {
    fprintf(stderr, "%.*s\n", (int)viewer->used, viewer->bytes);
    exit(1);
  }
  *taken = end + 4 - viewer->bytes;
  viewer->is_open = true;
  if (options.says_hello) hello(viewer);
  else ready++, viewer->is_ready = true;
  return true;
}

static void take(struct viewer *viewer) {
  size_t at = 0;
  if (!viewer->is_open && !take_answer(viewer, &at)) return;
  size_t length;
  while ((length = take_frame(viewer, viewer->bytes + at, viewer->used - at)) > 0) at += length;
  viewer->used -= at;
  memmove(viewer->bytes, viewer->bytes + at, viewer->used);
}

static void read_from(struct viewer *viewer) {
  if (viewer->room - viewer->used < FIRST_ROOM / 2) {
    viewer->room = viewer->room ? viewer->room * 2 : FIRST_ROOM;
    viewer->bytes = realloc(viewer->bytes, viewer->room);
    if (!viewer->bytes || viewer->room > LARGEST) give_up("room");
  }
  ssize_t got = read(viewer->socket, viewer->bytes + viewer->used, viewer->room - viewer->used);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (got <= 0) return finish(viewer);
  viewer->used += got;
  take(viewer);
}

static void open_next(void) {
  struct viewer *viewer = &viewers[opened++];
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(options.port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  viewer->socket = socket(AF_INET, SOCK_STREAM, 0);
  if (viewer->socket < 0 || connect(viewer->socket, (struct sockaddr *)&address, sizeof address) < 0) give_up("connect");
  int yes = 1;
  setsockopt(viewer->socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  char request[1024];
  int length = snprintf(
      request, sizeof request,
      "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
      "Origin: http://127.0.0.1:%d\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n%s\r\n%s\r\n",
      options.path, options.port, options.port, options.header ? options.header : "Accept: */*",
      options.offers_deflate ? "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n" : "");
  if (write(viewer->socket, request, length) != length) give_up("write");
  fcntl(viewer->socket, F_SETFL, O_NONBLOCK);
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = viewer};
  epoll_ctl(poller, EPOLL_CTL_ADD, viewer->socket, &event);
}

// At the pace that was asked for, never faster to make up for lost time, and with few openings under way.
static void open_due(void) {
  for (uint64_t time = now(); opened < options.count && opened - ready < OPENING && next_opening <= time;) {
    open_next();
    next_opening = (next_opening + 2000 < time ? time : next_opening) + 1000000 / options.per_second;
  }
}

static void report(void) {
  printf("{\"viewers\":%d,\"closed\":%d,\"deliveries\":%lu,\"bytes\":%lu,\"compressed\":%lu,\"others\":%lu,\"stamps\":[",
         ready, closed, counts.deliveries, counts.bytes, counts.compressed, counts.others);
  for (int index = 0; index < counts.stamps; index++) {
    struct stamp *stamp = &counts.stamp[index];
    printf("%s[%d,%lu]", index ? "," : "", stamp->viewers, stamp->last - stamp->made);
  }
  printf("]}\n");
}

static void obey(void) {
  char line[64] = {0};
  if (read(0, line, sizeof line - 1) <= 0) exit(0);
  if (begins(line, strlen(line), "reset")) {
    memset(&counts, 0, sizeof counts);
    printf("{}\n");
  } else {
    report();
  }
  fflush(stdout);
}

int main(int count, char **words) {
  if (count < 5) return 64;
  options.port = atoi(words[1]), options.path = words[2];
  options.count = atoi(words[3]), options.per_second = atoi(words[4]);
  for (int index = 5; index < count; index++) {
    options.says_hello |= strcmp(words[index], "hello") == 0;
    options.offers_deflate |= strcmp(words[index], "deflate") == 0;
    if (strchr(words[index], ':')) options.header = words[index];
  }
  viewers = calloc(options.count, sizeof *viewers);
  poller = epoll_create1(0);
  struct epoll_event orders = {.events = EPOLLIN, .data.ptr = NULL}, events[BATCH];
  epoll_ctl(poller, EPOLL_CTL_ADD, 0, &orders);
  for (bool is_told = false;;) {
    open_due();
    int due = epoll_wait(poller, events, BATCH, opened < options.count ? 1 : 1000);
    for (int index = 0; index < due; index++) {
      struct viewer *viewer = events[index].data.ptr;
      if (!viewer) obey();
      else if (viewer->socket >= 0) read_from(viewer);
    }
    if (is_told || ready < options.count) continue;
    is_told = true;
    puts("ready");
    fflush(stdout);
  }
}
