/* What the packet loop in C and the Python around it both know: read by the compiler and by cffi. */

enum {
  SLOT = 2304,     /* bytes of a datagram's buffer, as in native.py */
  LARGEST = 2048,  /* bytes of the largest datagram taken or made */
  ADDRESS = 32,    /* bytes kept per socket address */
  BATCH = 64,      /* datagrams fetched with one call */
  BATCHES = 4,     /* of them in one turn of the process */
  CAPACITY = 512,  /* datagrams that wait to be sent, at most */
  LANES = 32,      /* copies of one layer; with more of them Python forwards it */
  SOURCES = 16,    /* sources of one sender; further ones are left to Python */
  KEPT = 512,      /* packets of a picture kept to be sent again */
  LOGGED = 4096,   /* arrivals kept between two reports */
  HEADER = 24,     /* bytes of every outgoing RTP header */
  DONE = -1,       /* the turn is over */
  BATCH_ENDED = -2 /* a batch is over in which Python took a datagram */
};

/* One copy: where packets in order go, and what changes in them. */
typedef struct {
  void *context;
  void *address;
  uint32_t ssrc;
  uint32_t timestamp; /* added, as are the two below */
  uint16_t offset;    /* added to the sequence number */
  uint16_t picture;
  uint8_t base;
  uint8_t bent; /* whether one of the three above is not 0 */
  uint8_t red;  /* whether its receiver takes redundant audio */
} lane_t;

typedef struct {
  int64_t index;
  uint8_t *bytes;
  uint16_t length;
  uint16_t room;
} kept_t;

/* One incoming stream; the same names as in layer.py and losses.py. */
typedef struct {
  int64_t newest, heard, forwarded, octets, redundant, received, allowance;
  int64_t timestamp;
  int32_t picture, base, loudness;
  int32_t lanes; /* -1: Python forwards it */
  uint8_t video, several, payload;
  lane_t lane[LANES];
  uint8_t whole[SLOT]; /* what the newest packet was written to */
  uint8_t plain[SLOT]; /* and its own block alone, where it is redundant audio */
  kept_t kept[KEPT];
} layer_t;

/* When each transport-wide number arrived, until the next report. */
typedef struct {
  int64_t highest; /* told so far, counted on over the 16 bits; -1 before the first */
  int32_t count;
  uint16_t number[LOGGED];
  int64_t arrival[LOGGED];
} arrivals_t;

typedef struct {
  uint32_t ssrc;
  int32_t payload, red;
  layer_t *layer;
} source_t;

/* The sending connection of a seat. */
typedef struct {
  void *inbound;
  int64_t allowance;
  int32_t transport_id, level_id;
  int32_t sources;
  source_t source[SOURCES];
  arrivals_t arrivals;
} sender_t;

typedef struct address_s address_t;

typedef struct {
  int32_t descriptor;
  int (*unprotect)(void *, void *, int *);
  int (*protect)(void *, void *, int *);
  void *in_headers, *in_data, *in_addresses;    /* of a MessageArray of BATCH slots */
  void *out_headers, *out_vectors, *out_data;   /* of one of CAPACITY slots */
  int64_t now;
  uint8_t send_time[3];
  int32_t queued;  /* datagrams that wait to be sent */
  int32_t fetched; /* datagrams of this batch … */
  int32_t next;    /* … and the one that is looked at next */
  int32_t left;    /* batches of this turn */
  int32_t odd;     /* whether Python took one of this batch */
  int32_t opened;  /* length of the slot handed over, if it is decrypted already; else 0 */
  int64_t sent, refused, batches, rtp, unauthentic, over_cap;
  address_t *bucket[1024];
} loop_t;

uint64_t loop_revision(void);
int64_t loop_sizes(void);

loop_t *loop_new(void);
void loop_free(loop_t *);
layer_t *layer_new(void);
void layer_free(layer_t *);
sender_t *sender_new(void);
void sender_free(sender_t *);

int loop_adopt(loop_t *, const uint64_t *key, sender_t *);
void loop_forget(loop_t *, const uint64_t *key);
int loop_turn(loop_t *, int begins);
int loop_take(loop_t *, int slot);
void loop_flush(loop_t *);

void arrivals_note(arrivals_t *, int number, int64_t now);
int arrivals_report(arrivals_t *, uint32_t ssrc, uint32_t media, int number, uint8_t *into);

void kept_put(layer_t *, int64_t index, const uint8_t *packet, int length);
int kept_get(const layer_t *, int64_t index);
