/* What is kept: senders by their addresses, and the last packets of each picture. */
#include <stdlib.h>
#include <string.h>

#include "inside.h"

struct address_s {
  uint64_t key[3]; /* family, port and address as the kernel wrote them */
  sender_t *sender;
  address_t *next;
};

static unsigned bucket_of(const uint64_t *key) {
  uint64_t mixed = (key[0] * 0x9E3779B97F4A7C15u) ^ (key[1] * 0xC2B2AE3D27D4EB4Fu) ^ key[2];
  return (unsigned)((mixed * 0x9E3779B97F4A7C15u) >> 54);
}

static address_t **place_of(loop_t *loop, const uint64_t *key) {
  address_t **at = &loop->bucket[bucket_of(key)];
  while (*at && memcmp((*at)->key, key, sizeof(*at)->key)) at = &(*at)->next;
  return at;
}

sender_t *find_sender(loop_t *loop, const uint8_t *address) {
  uint64_t key[3];
  memcpy(key, address, sizeof key);
  const address_t *known = *place_of(loop, key);
  return known ? known->sender : 0;
}

/* Give the sender what comes from this address; 0 where memory is full. */
int loop_adopt(loop_t *loop, const uint64_t *key, sender_t *sender) {
  address_t **at = place_of(loop, key);
  if (!*at) {
    address_t *made = calloc(1, sizeof *made);
    if (!made) return 0;
    memcpy(made->key, key, sizeof made->key);
    *at = made;
  }
  (*at)->sender = sender;
  return 1;
}

void loop_forget(loop_t *loop, const uint64_t *key) {
  address_t **at = place_of(loop, key), *gone = *at;
  if (!gone) return;
  *at = gone->next;
  free(gone);
}

/* Keep a packet as it was forwarded; an older one of the same place is forgotten. */
void kept_put(layer_t *layer, int64_t index, const uint8_t *packet, int length) {
  kept_t *place = &layer->kept[(uint64_t)index % KEPT];
  if (length > place->room) {
    int room = (length + 255) & ~255;
    uint8_t *bytes = malloc((size_t)room);
    if (!bytes) return;
    free(place->bytes);
    place->bytes = bytes;
    place->room = (uint16_t)room;
  }
  memcpy(place->bytes, packet, (size_t)length);
  place->index = index;
  place->length = (uint16_t)length;
}

/* Return the length of the packet if it is still here, else 0; its place is `index % KEPT`. */
int kept_get(const layer_t *layer, int64_t index) {
  const kept_t *place = &layer->kept[(uint64_t)index % KEPT];
  return place->index == index ? place->length : 0;
}

loop_t *loop_new(void) { return calloc(1, sizeof(loop_t)); }

void loop_free(loop_t *loop) {
  if (!loop) return;
  for (size_t i = 0; i < sizeof loop->bucket / sizeof *loop->bucket; i++)
    while (loop->bucket[i]) loop_forget(loop, loop->bucket[i]->key);
  free(loop);
}

sender_t *sender_new(void) {
  sender_t *sender = calloc(1, sizeof *sender);
  if (sender) sender->arrivals.highest = -1;
  return sender;
}

void sender_free(sender_t *sender) { free(sender); }

layer_t *layer_new(void) { return calloc(1, sizeof(layer_t)); }

void layer_free(layer_t *layer) {
  if (!layer) return;
  for (int i = 0; i < KEPT; i++) free(layer->kept[i].bytes);
  free(layer);
}

uint64_t loop_revision(void) { return REVISION; }

/* What the structures take here; cffi must have laid them out alike. */
int64_t loop_sizes(void) {
  return (int64_t)(sizeof(loop_t) + 3 * sizeof(layer_t) + 5 * sizeof(sender_t) + 7 * sizeof(lane_t));
}
