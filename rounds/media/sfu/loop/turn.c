/* One turn: fetch a batch, tell datagrams apart, forward the common ones, send; udp.py in C.
 *
 * It stops at the first datagram that is anything else, so that order stays what it was: Python takes
 * that one and calls again. */
#include <errno.h>
#include <sys/socket.h>
#include <time.h>

#include "inside.h"

/* Read the clock for all packets of this batch. */
static void begin(loop_t *loop) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  uint64_t nanoseconds = (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
  loop->now = (int64_t)(nanoseconds / 1000);
  uint64_t fixed = (uint64_t)time.tv_sec * 262144u + (uint64_t)time.tv_nsec * 262144u / 1000000000u;
  loop->send_time[0] = (uint8_t)(fixed >> 16);
  loop->send_time[1] = (uint8_t)(fixed >> 8);
  loop->send_time[2] = (uint8_t)fixed;
}

static int fetch(loop_t *loop) {
  int count = recvmmsg(loop->descriptor, loop->in_headers, BATCH, MSG_DONTWAIT, 0);
  loop->fetched = count > 0 ? count : 0;
  loop->next = 0;
  if (count <= 0) return 0;
  begin(loop);
  loop->batches++;
  return 1;
}

/* Send what waits; a datagram the kernel refuses is skipped, a full buffer ends it. */
void loop_flush(loop_t *loop) {
  int count = loop->queued, done = 0, sent = 0;
  loop->queued = 0;
  while (done < count) {
    int took = sendmmsg(loop->descriptor, (struct mmsghdr *)loop->out_headers + done,
                        (unsigned)(count - done), MSG_DONTWAIT);
    if (took > 0) {
      done += took;
      sent += took;
    } else if (errno == EAGAIN || errno == ENOMEM || errno == ENOBUFS) {
      break;
    } else {
      done++;
    }
  }
  loop->sent += sent;
  loop->refused += count - sent;
}

/* Take the datagram of a slot; 1 if it is done with, 0 if Python has to take it. */
int loop_take(loop_t *loop, int slot) {
  uint8_t *bytes = (uint8_t *)loop->in_data + (size_t)slot * SLOT;
  unsigned told = ((struct mmsghdr *)loop->in_headers)[slot].msg_len;
  loop->opened = 0;
  if (told < 12 || told > LARGEST) return 0;
  if (bytes[0] < 128 || bytes[0] > 191) return 0;   /* RFC 7983 */
  if (bytes[1] >= 192 && bytes[1] <= 223) return 0; /* RFC 5761 */
  sender_t *sender = find_sender(loop, (uint8_t *)loop->in_addresses + (size_t)slot * ADDRESS);
  if (!sender || !sender->inbound || sender->allowance <= 0) return 0;
  if (loop->queued + LANES > CAPACITY) loop_flush(loop);
  sender->allowance--;
  int length = (int)told;
  if (loop->unprotect(sender->inbound, bytes, &length)) {
    loop->unauthentic++;
    return 1;
  }
  loop->rtp++;
  if (forward(loop, sender, bytes, length)) return 1;
  loop->opened = length;
  return 0;
}

/* Go on with the turn; return the slot that Python has to take, BATCH_ENDED or DONE. */
int loop_turn(loop_t *loop, int begins) {
  if (begins) {
    loop->left = BATCHES;
    loop->odd = 0;
    if (!fetch(loop)) return DONE;
  }
  for (;;) {
    while (loop->next < loop->fetched) {
      int slot = loop->next++;
      if (!loop_take(loop, slot)) {
        loop->odd = 1;
        return slot;
      }
    }
    if (loop->odd) {
      loop->odd = 0;
      return BATCH_ENDED;
    }
    loop_flush(loop);
    if (loop->fetched < BATCH || --loop->left <= 0 || !fetch(loop)) return DONE;
  }
}
