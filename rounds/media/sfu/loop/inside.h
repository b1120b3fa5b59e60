/* What the parts of the packet loop know of each other. */
#ifndef ROUNDS_LOOP_INSIDE_H
#define ROUNDS_LOOP_INSIDE_H

#include <stdint.h>

#include "loop.h"

/* An RTP packet as `rtp.read` tells it; offsets are from its first byte. */
typedef struct {
  int marker, payload, sequence, start, size, wide, level;
  uint32_t timestamp, ssrc;
} packet_t;

/* The VP8 payload descriptor as `vp8.read` tells it. */
typedef struct {
  int key, place, bits, base_place, size;
} vp8_t;

int read_packet(const uint8_t *bytes, int length, int transport_id, int level_id, packet_t *into);
int read_own_block(const uint8_t *bytes, int start, int end);
int read_vp8(const uint8_t *payload, int length, vp8_t *into);
int vp8_picture(const uint8_t *payload, const vp8_t *told);
void vp8_renumber(uint8_t *payload, const vp8_t *told, int picture, int base);

sender_t *find_sender(loop_t *loop, const uint8_t *address);
int forward(loop_t *loop, sender_t *sender, const uint8_t *bytes, int length);

static inline uint32_t get32(const uint8_t *at) {
  return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static inline int get16(const uint8_t *at) { return at[0] << 8 | at[1]; }

static inline void put32(uint8_t *at, uint32_t value) {
  at[0] = (uint8_t)(value >> 24);
  at[1] = (uint8_t)(value >> 16);
  at[2] = (uint8_t)(value >> 8);
  at[3] = (uint8_t)value;
}

static inline void put16(uint8_t *at, unsigned value) {
  at[0] = (uint8_t)(value >> 8);
  at[1] = (uint8_t)value;
}

#endif
