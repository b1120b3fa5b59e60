/* Reading packets: RTP with its extensions, redundant audio, VP8; the same rules as in rtp.py, red.py
 * and vp8.py. Every length is checked against the packet's own before a byte behind it is read. */
#include "inside.h"

enum { RED_FOLLOWS = 0x80, RED_HEADER = 4, RED_MOST = 8, OPUS = 111 };

/* Read the packet (RFC 3550 §5.1, RFC 8285); 0 if its own lengths lead outside of it. */
int read_packet(const uint8_t *bytes, int length, int transport_id, int level_id, packet_t *into) {
  if (length < 12) return 0;
  int start = 12 + 4 * (bytes[0] & 15);
  into->marker = bytes[1] & 0x80;
  into->payload = bytes[1] & 0x7F;
  into->sequence = get16(bytes + 2);
  into->timestamp = get32(bytes + 4);
  into->ssrc = get32(bytes + 8);
  into->wide = into->level = -1;
  if (bytes[0] & 16) {
    int at = start;
    if (start + 4 > length) return 0;
    start += 4 + 4 * get16(bytes + at + 2);
    if (start > length) return 0;
    if (bytes[at] == 0xBE && bytes[at + 1] == 0xDE) {
      at += 4;
      while (at < start) {
        int element = bytes[at];
        if (element == 0) {
          at++;
          continue;
        }
        int name = element >> 4, following = at + 2 + (element & 15);
        if (name == 15 || following > start) break;
        if (name == transport_id) {
          if (following == at + 3) into->wide = get16(bytes + at + 1);
        } else if (name == level_id) {
          into->level = bytes[at + 1];
        }
        at = following;
      }
    }
  }
  if (bytes[0] & 32) length -= bytes[length - 1];
  if (start > length) return 0;
  into->start = start;
  into->size = length - start;
  return 1;
}

/* Return where the own block of redundant audio begins (RFC 2198); -1 where the packet is wrong. */
int read_own_block(const uint8_t *bytes, int start, int end) {
  int at = start, repeated = 0, most = start + RED_HEADER * RED_MOST;
  while (at < end) {
    int first = bytes[at];
    if (first == OPUS) {
      at += 1 + repeated;
      return at < end ? at : -1;
    }
    if (first != (RED_FOLLOWS | OPUS) || at >= most || at + RED_HEADER > end) return -1;
    repeated += (bytes[at + 2] & 3) << 8 | bytes[at + 3];
    at += RED_HEADER;
  }
  return -1;
}

/* Read the payload descriptor (RFC 7741 §4.2); 0 if it leads outside of the payload. */
int read_vp8(const uint8_t *payload, int length, vp8_t *into) {
  if (length < 2) return 0;
  int first = payload[0], size = 1;
  into->place = into->bits = into->base_place = 0;
  if (first & 0x80) {
    int parts = payload[1];
    size = 2;
    if (parts & 0x80) {
      if (size >= length) return 0;
      into->place = size;
      into->bits = payload[size] & 0x80 ? 15 : 7;
      size += into->bits == 15 ? 2 : 1;
    }
    if (parts & 0x40) into->base_place = size++;
    if (parts & 0x30) size++;
  }
  if (size >= length) return 0;
  into->size = size;
  into->key = (first & 0x17) == 0x10 && !(payload[size] & 1);
  return 1;
}

/* Return the picture number, -1 without one. */
int vp8_picture(const uint8_t *payload, const vp8_t *told) {
  if (!told->bits) return -1;
  if (told->bits == 7) return payload[told->place];
  return (payload[told->place] & 0x7F) << 8 | payload[told->place + 1];
}

/* Add to picture number and TL0PICIDX, each within its own width. */
void vp8_renumber(uint8_t *payload, const vp8_t *told, int picture, int base) {
  if (told->bits == 15) {
    put16(payload + told->place, 0x8000u | (unsigned)((vp8_picture(payload, told) + picture) & 0x7FFF));
  } else if (told->bits) {
    payload[told->place] = (uint8_t)((payload[told->place] + picture) & 0x7F);
  }
  if (told->base_place) payload[told->base_place] = (uint8_t)(payload[told->base_place] + base);
}
