/* Transport-wide congestion feedback; the same log and the same report as in twcc.py. */
#include <stdlib.h>
#include <string.h>

#include "inside.h"

enum { TICK = 250, REFERENCE = 64000, LONGEST_RUN = 8191, WIDEST = 32768 };

/* Keep the arrival (µs) of a 16-bit number; what it counts on from is looked at in the report. */
void arrivals_note(arrivals_t *log, int number, int64_t now) {
  if (log->count >= LOGGED) return;
  log->number[log->count] = (uint16_t)number;
  log->arrival[log->count++] = now;
}

static int64_t floor_div(int64_t of, int64_t by) {
  int64_t whole = of / by;
  return of % by < 0 ? whole - 1 : whole;
}

typedef struct {
  int64_t index, arrival;
  int turn;
} entry_t;

static int earlier(const void *a, const void *b) {
  const entry_t *one = a, *other = b;
  if (one->index != other->index) return one->index < other->index ? -1 : 1;
  return one->turn < other->turn ? -1 : one->turn > other->turn;
}

/* Number the arrivals on from those before; return whether they came in order, each once. */
static int number_on(arrivals_t *log, entry_t *entries) {
  int64_t highest = log->highest;
  int sorted = 1;
  for (int i = 0; i < log->count; i++) {
    int number = log->number[i];
    if (highest < 0) highest = number + 0xFFFF;
    int64_t ahead = ((number - highest + 0x8000) & 0xFFFF) - 0x8000;
    entries[i] = (entry_t){highest + ahead, log->arrival[i], i};
    if (ahead > 0)
      highest += ahead;
    else
      sorted = 0;
  }
  log->highest = highest;
  return sorted;
}

/* Return the entries in order of number, of a repeated one the first, and how many; those too far
 * before the last are left out. */
static int ordered(arrivals_t *log, entry_t *entries, const entry_t **first) {
  int count = log->count;
  if (!number_on(log, entries)) {
    int kept = 0;
    qsort(entries, (size_t)count, sizeof *entries, earlier);
    for (int i = 0; i < count; i++)
      if (!kept || entries[i].index != entries[kept - 1].index) entries[kept++] = entries[i];
    count = kept;
  }
  *first = entries;
  int64_t last = count ? entries[count - 1].index : 0;
  while (count && last - (*first)->index >= WIDEST) {
    (*first)++;
    count--;
  }
  return count;
}

/* Write one symbol per number (0 lost, 1 small delta, 2 large) and the deltas; return how many. */
static int deltas_of(const entry_t *log, int count, int64_t previous, uint8_t *symbols,
                     uint8_t *deltas, int *bytes) {
  int64_t base = log[0].index;
  int written = 0;
  for (int i = 0; i < count; i++) {
    int64_t delta = floor_div(log[i].arrival - previous, TICK);
    uint8_t *symbol = symbols + (log[i].index - base);
    if (delta >= 0 && delta <= 255) {
      *symbol = 1;
      deltas[written++] = (uint8_t)delta;
    } else {
      delta = delta < -32768 ? -32768 : delta > 32767 ? 32767 : delta;
      *symbol = 2;
      put16(deltas + written, (unsigned)(delta & 0xFFFF));
      written += 2;
    }
    previous += delta * TICK;
  }
  *bytes = written;
  return (int)(log[count - 1].index - base) + 1;
}

/* Write run-length chunks where a symbol repeats, else vectors of seven; return the bytes, 0 where
 * `room` is too small. */
static int chunks_of(const uint8_t *symbols, int count, uint8_t *into, int room) {
  int at = 0, written = 0;
  while (at < count) {
    int run = 1, most = count - at < LONGEST_RUN ? count - at : LONGEST_RUN;
    while (run < most && symbols[at + run] == symbols[at]) run++;
    if (written + 2 > room) return 0;
    if (run >= 7 || at + run == count) {
      put16(into + written, (unsigned)symbols[at] << 13 | (unsigned)run);
      at += run;
    } else {
      unsigned vector = 0xC000;
      for (int place = 0; place < 7 && at + place < count; place++)
        vector |= (unsigned)symbols[at + place] << (12 - 2 * place);
      put16(into + written, vector);
      at += 7;
    }
    written += 2;
  }
  return written;
}

/* Write the feedback of what arrived into LARGEST bytes and forget it; return its length, 0 where
 * nothing arrived or no datagram could hold it. */
int arrivals_report(arrivals_t *log, uint32_t ssrc, uint32_t media, int number, uint8_t *into) {
  static entry_t entries[LOGGED];
  static uint8_t symbols[WIDEST], deltas[2 * LOGGED];
  const entry_t *first;
  int count = ordered(log, entries, &first);
  log->count = 0;
  if (!count) return 0;
  int64_t least = first[0].arrival;
  for (int i = 1; i < count; i++)
    if (first[i].arrival < least) least = first[i].arrival;
  int64_t reference = floor_div(least, REFERENCE);
  memset(symbols, 0, (size_t)(first[count - 1].index - first[0].index) + 1);
  int bytes, numbers = deltas_of(first, count, reference * REFERENCE, symbols, deltas, &bytes);
  int length = 20, chunks = chunks_of(symbols, numbers, into + length, LARGEST - length);
  if (!chunks || length + chunks + bytes + 3 > LARGEST) return 0;
  memcpy(into + length + chunks, deltas, (size_t)bytes);
  length += chunks + bytes;
  int padding = -length & 3;
  if (padding) {
    memset(into + length, 0, (size_t)padding - 1);
    into[length + padding - 1] = (uint8_t)padding;
    length += padding;
  }
  into[0] = (uint8_t)((padding ? 0xA0 : 0x80) | 15);
  into[1] = 205;
  put16(into + 2, (unsigned)(length / 4 - 1));
  put32(into + 4, ssrc);
  put32(into + 8, media);
  put16(into + 12, (unsigned)(first[0].index & 0xFFFF));
  put16(into + 14, (unsigned)numbers & 0xFFFF);
  put32(into + 16, (uint32_t)((reference & 0xFFFFFF) << 8 | (number & 0xFF)));
  return length;
}
