/* Forwarding one packet: the common case of publisher.py, layer.py and voice_layer.py.
 *
 * Nothing is changed before it is certain that the packet is a common one; any other is left to
 * Python as if it had not been looked at. */
#include <string.h>
#include <sys/socket.h>

#include "inside.h"

static const source_t *find_source(const sender_t *sender, uint32_t ssrc) {
  for (int i = 0; i < sender->sources; i++)
    if (sender->source[i].ssrc == ssrc) return &sender->source[i];
  return 0;
}

/* Write the outgoing header, as `rtp.write_video` and `rtp.write_audio` do. */
static void write_header(const loop_t *loop, const layer_t *layer, const packet_t *packet,
                         int payload, uint8_t *into) {
  memset(into, 0, HEADER);
  into[0] = 0x90;
  into[1] = (uint8_t)(packet->marker | payload);
  put16(into + 2, (unsigned)packet->sequence);
  put32(into + 4, packet->timestamp);
  put32(into + 12, 0xBEDE0002u);
  int at = 16;
  if (!layer->video) {
    into[at++] = 0x20;
    into[at++] = (uint8_t)(packet->level >= 0 ? packet->level : 127);
  }
  into[at] = 0x32;
  memcpy(into + at + 1, loop->send_time, 3);
}

/* Queue the written packet for one copy. */
static void send_to(loop_t *loop, const lane_t *lane, const uint8_t *written, int total,
                    const packet_t *packet, const vp8_t *told) {
  uint8_t *slot = (uint8_t *)loop->out_data + (size_t)loop->queued * SLOT;
  memcpy(slot, written, (size_t)total);
  put16(slot + 2, (unsigned)(packet->sequence + lane->offset) & 0xFFFF);
  put32(slot + 4, packet->timestamp + lane->timestamp);
  put32(slot + 8, lane->ssrc);
  if (lane->bent && told) vp8_renumber(slot + HEADER, told, lane->picture, lane->base);
  int length = total;
  if (loop->protect(lane->context, slot, &length)) return;
  struct mmsghdr *header = (struct mmsghdr *)loop->out_headers + loop->queued;
  header->msg_hdr.msg_name = lane->address;
  ((struct iovec *)loop->out_vectors)[loop->queued].iov_len = (size_t)length;
  loop->queued++;
}

static void note(loop_t *loop, layer_t *layer, const packet_t *packet) {
  layer->timestamp = packet->timestamp;
  layer->heard = loop->now;
  layer->loudness = packet->level >= 0 ? 127 - (packet->level & 127) : 0;
}

/* Count the packet; 0 if its layer has brought too much. */
static int count(loop_t *loop, sender_t *sender, layer_t *layer, const packet_t *packet) {
  if (packet->wide >= 0) arrivals_note(&sender->arrivals, packet->wide, loop->now);
  layer->newest++;
  layer->received++;
  layer->allowance -= packet->size;
  if (layer->allowance < 0) {
    loop->over_cap++;
    return 0;
  }
  layer->forwarded++;
  layer->octets += packet->size;
  return 1;
}

static void forward_plain(loop_t *loop, layer_t *layer, const packet_t *packet,
                          const uint8_t *payload, const vp8_t *told) {
  int total = HEADER + packet->size;
  write_header(loop, layer, packet, layer->payload, layer->whole);
  memcpy(layer->whole + HEADER, payload, (size_t)packet->size);
  if (layer->video) kept_put(layer, layer->newest, layer->whole, total);
  note(loop, layer, packet);
  if (told) {
    layer->picture = vp8_picture(payload, told);
    layer->base = told->base_place ? payload[told->base_place] : -1;
  }
  for (int i = 0; i < layer->lanes; i++)
    send_to(loop, &layer->lane[i], layer->whole, total, packet, told);
}

enum { RED = 63 };

static void forward_red(loop_t *loop, layer_t *layer, const packet_t *packet, const uint8_t *bytes,
                        int own) {
  int red = 0;
  layer->redundant += own - packet->start;
  note(loop, layer, packet);
  for (int i = 0; i < layer->lanes; i++) red += layer->lane[i].red;
  if (red) {
    write_header(loop, layer, packet, RED, layer->whole);
    memcpy(layer->whole + HEADER, bytes + packet->start, (size_t)packet->size);
    for (int i = 0; i < layer->lanes; i++)
      if (layer->lane[i].red)
        send_to(loop, &layer->lane[i], layer->whole, HEADER + packet->size, packet, 0);
  }
  if (red < layer->lanes) {
    int size = packet->start + packet->size - own;
    write_header(loop, layer, packet, layer->payload, layer->plain);
    memcpy(layer->plain + HEADER, bytes + own, (size_t)size);
    for (int i = 0; i < layer->lanes; i++)
      if (!layer->lane[i].red)
        send_to(loop, &layer->lane[i], layer->plain, HEADER + size, packet, 0);
  }
}

/* Forward a decrypted packet; 0 if Python has to, and nothing was done. */
int forward(loop_t *loop, sender_t *sender, const uint8_t *bytes, int length) {
  packet_t packet;
  if (!read_packet(bytes, length, sender->transport_id, sender->level_id, &packet)) return 0;
  const source_t *source = find_source(sender, packet.ssrc);
  if (!source || !packet.size) return 0;
  layer_t *layer = source->layer;
  if (layer->newest < 0 || layer->lanes < 0) return 0;
  if (((packet.sequence - layer->newest) & 0xFFFF) != 1) return 0;
  if (packet.payload == source->payload) {
    const uint8_t *payload = bytes + packet.start;
    vp8_t told;
    const vp8_t *known = 0;
    if (layer->several && read_vp8(payload, packet.size, &told)) {
      if (told.key) return 0;
      known = &told;
    }
    if (count(loop, sender, layer, &packet)) forward_plain(loop, layer, &packet, payload, known);
    return 1;
  }
  if (packet.payload != source->red || layer->video) return 0;
  int own = read_own_block(bytes, packet.start, packet.start + packet.size);
  if (own < 0) return 0;
  if (count(loop, sender, layer, &packet)) forward_red(loop, layer, &packet, bytes, own);
  return 1;
}
