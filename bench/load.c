/* Plays signatories against a server: one thread, many connections, each step of a journey sent when the step before was answered.
 *
 * load ADDRESS PORT STEPS CONNECTIONS SECONDS MATERIAL COUNT POSTING REPLIES HOST COLLECTION PAGE [rate=N] [tls=CERTIFICATE]
 *
 * STEPS: p the page, c a challenge (solved as it comes), t a token, s a statement, n the counter. MATERIAL: COUNT records, each a token
 * request and a posting of POSTING bytes, both without their proof of work. REPLIES: for each reply u8 step, u8 same, u16 status,
 * u32 signatory, u64 nanoseconds, u32 length, body (left out where it is the very body of the step's reply before: same).
 *
 * The rules are:
 * - without a rate the loop is closed: a connection begins with the next signatory when the last one has ended;
 * - with a rate it is open: signatories arrive at random moments at that rate whatever the server does, and their time is counted from
 *   the moment of arrival, waiting for a free connection included;
 * - with a certificate each signatory has a TLS 1.3 connection of its own, the certificate is checked, and no session is taken up again;
 * - when the time is over nobody begins, and who has begun is played to the end: what is acknowledged is all that was sent.
 */
#define _GNU_SOURCE
#define OPENSSL_SUPPRESS_DEPRECATED
#include <arpa/inet.h>
#include <errno.h>
#include <math.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/sha.h>
#include <openssl/ssl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum { REQUEST = 49, WORK = 61, OUT = 16384, NONE = -1, DRAIN_SECONDS = 30 };
enum state { CLOSED, CONNECTING, SHAKING, IDLE, ASKING };

struct connection {
    int fd;
    enum state state;
    SSL *tls;
    int step;          /* index in STEPS */
    uint32_t signatory;
    uint64_t due;      /* when the present step, or the arrival, began */
    uint8_t work[WORK];
    size_t out_size, out_sent;
    char out[OUT];
    size_t in_size, in_room;
    char *in;
};

static struct {
    struct sockaddr_in address;
    const char *steps, *host, *collection, *page;
    const uint8_t *material;
    uint32_t count, next;
    size_t posting;
    double rate;
    SSL_CTX *tls;
    FILE *replies;
    int poll;
    uint64_t until;
    uint32_t begun, ended, ended_in_time, failed;
    char *last_body[128];
    size_t last_size[128];
} run;

static void die(const char *why) {
    fprintf(stderr, "load: %s: %s\n", why, strerror(errno));
    ERR_print_errors_fp(stderr);
    exit(1);
}

static uint64_t now(void) {
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return (uint64_t)at.tv_sec * 1000000000u + (uint64_t)at.tv_nsec;
}

static void watch(struct connection *one, uint32_t events, int act) {
    struct epoll_event event = {.events = events, .data.ptr = one};
    if (epoll_ctl(run.poll, act, one->fd, &event) != 0) die("epoll_ctl");
}

/* --- proof of work ------------------------------------------------------------------------------------------------------------- */

static size_t next_number(char *digits, size_t size) {
    for (size_t at = size; at-- > 0;) {
        if (digits[at] != '9') {
            digits[at]++;
            return size;
        }
        digits[at] = '0';
    }
    memmove(digits + 1, digits, size);
    digits[0] = '1';
    return size + 1;
}

/* Finds the number: all but the last block of what is hashed is the same for every try. */
static uint32_t solve(const char *salt, size_t size, const uint8_t target[32], uint32_t most) {
    SHA256_CTX start, trial;
    uint32_t wanted[8];
    uint8_t block[64];
    char digits[12] = "0";
    size_t length = 1, tail = size % 64;
    if (tail + sizeof digits + 9 > 64) die("a salt of another length");
    for (int i = 0; i < 8; i++)
        wanted[i] = (uint32_t)target[4 * i] << 24 | (uint32_t)target[4 * i + 1] << 16 | (uint32_t)target[4 * i + 2] << 8 | target[4 * i + 3];
    SHA256_Init(&start);
    SHA256_Update(&start, salt, size - tail);
    for (uint32_t number = 0; number <= most; number++) {
        uint64_t bits = (size + length) * 8;
        memset(block, 0, sizeof block);
        memcpy(block, salt + size - tail, tail);
        memcpy(block + tail, digits, length);
        block[tail + length] = 0x80;
        for (int i = 0; i < 8; i++) block[63 - i] = (uint8_t)(bits >> (8 * i));
        trial = start;
        SHA256_Transform(&trial, block);
        if (trial.h[0] == wanted[0] && trial.h[1] == wanted[1] && trial.h[7] == wanted[7]) return number;
        length = next_number(digits, length);
    }
    die("a challenge without a solution");
    return 0;
}

static void from_hex(const char *text, uint8_t *bytes, size_t size) {
    for (size_t i = 0; i < size; i++) {
        unsigned value;
        if (sscanf(text + 2 * i, "%2x", &value) != 1) die("not hex");
        bytes[i] = (uint8_t)value;
    }
}

static const char *field(const char *text, const char *name) {
    const char *at = strstr(text, name);
    if (at == NULL) die(name);
    return at + strlen(name);
}

/* Reads a challenge and makes `work` of it (docs/spec/challenge.md). */
static void take_challenge(struct connection *one, const char *text) {
    const char *salt = field(text, "\"salt\":\"");
    uint64_t expires = strtoull(field(salt, "?expires="), NULL, 10);
    uint8_t target[32];
    from_hex(field(text, "\"challenge\":\""), target, sizeof target);
    uint32_t most = (uint32_t)strtoul(field(text, "\"maxnumber\":"), NULL, 10);
    uint32_t number = solve(salt, strcspn(salt, "\""), target, most);
    one->work[0] = 1;
    from_hex(salt, one->work + 1, 16);
    for (int i = 0; i < 8; i++) one->work[17 + i] = (uint8_t)(expires >> (56 - 8 * i));
    for (int i = 0; i < 4; i++) one->work[25 + i] = (uint8_t)(number >> (24 - 8 * i));
    from_hex(field(text, "\"signature\":\""), one->work + 29, 32);
}

/* --- a connection's life ------------------------------------------------------------------------------------------------------- */

static void append(struct connection *one, const void *bytes, size_t size) {
    if (one->out_size + size > OUT) die("a request too long");
    memcpy(one->out + one->out_size, bytes, size);
    one->out_size += size;
}

static void ask_get(struct connection *one, const char *start, const char *path, const char *end) {
    one->out_size = (size_t)snprintf(one->out, OUT, "GET %s%s%s HTTP/1.1\r\nHost: %s\r\nAccept-Encoding: gzip\r\n\r\n", start, path, end, run.host);
}

static void ask_post(struct connection *one, const char *path, const void *body, size_t size, int is_paid) {
    uint8_t length[2] = {0, is_paid ? WORK : 0};
    one->out_size = (size_t)snprintf(one->out, OUT,
        "POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: application/octet-stream\r\nContent-Length: %zu\r\n\r\n",
        path, run.host, size + 2 + length[1]);
    append(one, body, size);
    append(one, length, 2);
    append(one, one->work, length[1]);
}

static void push(struct connection *one) {
    while (one->out_sent < one->out_size) {
        ssize_t sent;
        if (one->tls != NULL) {
            int written = SSL_write(one->tls, one->out + one->out_sent, (int)(one->out_size - one->out_sent));
            if (written <= 0) {
                if (SSL_get_error(one->tls, written) != SSL_ERROR_WANT_WRITE) die("writing over TLS");
                errno = EAGAIN;
            }
            sent = written;
        } else {
            sent = send(one->fd, one->out + one->out_sent, one->out_size - one->out_sent, MSG_NOSIGNAL);
        }
        if (sent <= 0) {
            if (errno != EAGAIN) die("sending");
            watch(one, EPOLLIN | EPOLLOUT, EPOLL_CTL_MOD);
            return;
        }
        one->out_sent += (size_t)sent;
        if (one->out_sent == one->out_size && sent != (ssize_t)one->out_size) watch(one, EPOLLIN, EPOLL_CTL_MOD);
    }
}

static void ask(struct connection *one) {
    const uint8_t *record = run.material + (size_t)(one->signatory % run.count) * (REQUEST + run.posting);
    int is_paid = strchr(run.steps, 'c') != NULL;
    one->in_size = one->out_sent = one->out_size = 0;
    one->state = ASKING;
    switch (run.steps[one->step]) {
    case 'p': ask_get(one, run.page, "", ""); break;
    case 'c': ask_get(one, "/api/collections/", run.collection, "/challenge"); break;
    case 'n': ask_get(one, "/api/collections/", run.collection, "/counts"); break;
    case 't': ask_post(one, "/api/tokens", record, REQUEST, is_paid); break;
    case 's': ask_post(one, "/api/statements", record + REQUEST, run.posting, is_paid); break;
    default: die("no such step");
    }
    push(one);
}

static void connect_one(struct connection *one) {
    int yes = 1;
    one->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (one->fd < 0) die("socket");
    setsockopt(one->fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    if (connect(one->fd, (struct sockaddr *)&run.address, sizeof run.address) != 0 && errno != EINPROGRESS) die("connect");
    one->state = CONNECTING;
    watch(one, EPOLLOUT, EPOLL_CTL_ADD);
}

static void close_one(struct connection *one) {
    if (one->tls != NULL) {
        SSL_shutdown(one->tls);
        SSL_free(one->tls);
        one->tls = NULL;
    }
    close(one->fd);
    one->fd = NONE;
    one->state = CLOSED;
}

/* Gives the connection its next signatory. */
static void begin(struct connection *one, uint64_t due) {
    if (run.next == run.count && strpbrk(run.steps, "ts") != NULL) die("more signatories are needed than were made");
    one->signatory = run.next++;
    one->step = 0;
    one->due = due;
    run.begun++;
    if (one->state == CLOSED)
        connect_one(one);
    else
        ask(one);
}

static void shake(struct connection *one) {
    int result = SSL_connect(one->tls);
    if (result == 1) {
        watch(one, EPOLLIN, EPOLL_CTL_MOD);
        ask(one);
        return;
    }
    int why = SSL_get_error(one->tls, result);
    if (why != SSL_ERROR_WANT_READ && why != SSL_ERROR_WANT_WRITE) die("TLS handshake");
    watch(one, why == SSL_ERROR_WANT_READ ? EPOLLIN : EPOLLOUT, EPOLL_CTL_MOD);
}

static void connected(struct connection *one) {
    int error = 0;
    socklen_t size = sizeof error;
    getsockopt(one->fd, SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0) {
        errno = error;
        die("connecting");
    }
    if (run.tls == NULL) {
        watch(one, EPOLLIN, EPOLL_CTL_MOD);
        one->state = IDLE;
        return;
    }
    one->tls = SSL_new(run.tls);
    SSL_set_fd(one->tls, one->fd);
    SSL_set_tlsext_host_name(one->tls, run.host);
    SSL_set1_host(one->tls, run.host);
    one->state = SHAKING;
    shake(one);
}

/* --- replies ------------------------------------------------------------------------------------------------------------------- */

static void record(struct connection *one, char step, uint16_t status, const char *body, uint32_t size, uint64_t took) {
    int place = step & 127;
    uint8_t is_same = run.last_body[place] != NULL && run.last_size[place] == size && memcmp(run.last_body[place], body, size) == 0;
    if (!is_same && (step == 'p' || step == 'n')) {
        run.last_body[place] = realloc(run.last_body[place], size + 1);
        memcpy(run.last_body[place], body, size);
        run.last_size[place] = size;
    }
    fwrite(&step, 1, 1, run.replies);
    fwrite(&is_same, 1, 1, run.replies);
    fwrite(&status, 2, 1, run.replies);
    fwrite(&one->signatory, 4, 1, run.replies);
    fwrite(&took, 8, 1, run.replies);
    fwrite(&size, 4, 1, run.replies);
    if (!is_same) fwrite(body, 1, size, run.replies);
}

/* Takes the reply if it is whole, and goes on. */
static void take_reply(struct connection *one) {
    one->in[one->in_size] = 0;
    char *end = strstr(one->in, "\r\n\r\n");
    if (end == NULL) return;
    char *length = strcasestr(one->in, "content-length:");
    if (length == NULL || length > end) die("a reply without a length");
    size_t size = strtoul(length + 15, NULL, 10), head = (size_t)(end + 4 - one->in);
    if (one->in_size < head + size) return;
    if (one->in_size > head + size) die("more than was asked for");
    uint64_t at = now();
    uint16_t status = (uint16_t)atoi(one->in + 9);
    record(one, run.steps[one->step], status, one->in + head, (uint32_t)size, at - one->due);
    if (status == 200 && run.steps[one->step] == 'c') take_challenge(one, one->in + head);
    if (status == 200 && run.steps[++one->step] != 0) {
        one->due = at;
        ask(one);
        return;
    }
    run.failed += status != 200;
    run.ended++;
    run.ended_in_time += at <= run.until;
    if (run.tls != NULL)
        close_one(one);
    else
        one->state = IDLE;
}

static void read_one(struct connection *one) {
    for (;;) {
        if (one->in_room < one->in_size + 16385) one->in = realloc(one->in, (one->in_room = 2 * one->in_room + 65536));
        size_t room = one->in_room - one->in_size - 1;
        ssize_t got;
        if (one->tls != NULL) {
            int read = SSL_read(one->tls, one->in + one->in_size, (int)room);
            if (read <= 0 && SSL_get_error(one->tls, read) == SSL_ERROR_WANT_READ) return;
            got = read;
        } else {
            got = recv(one->fd, one->in + one->in_size, room, 0);
            if (got < 0 && errno == EAGAIN) return;
        }
        if (got <= 0) die(one->state == ASKING ? "the server closed" : "the server closed an idle connection");
        one->in_size += (size_t)got;
        take_reply(one);
        if (one->state != ASKING || (one->tls == NULL && (size_t)got < room)) return;
    }
}

static void serve_event(struct connection *one, uint32_t events) {
    if (one->state == CONNECTING) {
        connected(one);
    } else if (one->state == SHAKING) {
        shake(one);
    } else {
        if (events & EPOLLOUT) push(one);
        if (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) read_one(one);
    }
}

/* --- the clock ----------------------------------------------------------------------------------------------------------------- */

static int is_free(const struct connection *one) { return one->state == IDLE || (run.tls != NULL && one->state == CLOSED); }

static void turn(int timeout) {
    struct epoll_event events[256];
    int count = epoll_wait(run.poll, events, 256, timeout);
    if (count < 0 && errno != EINTR) die("epoll_wait");
    for (int i = 0; i < count; i++) serve_event(events[i].data.ptr, events[i].events);
}

/* Begins with whom it is time for; gives how long to wait at most, in milliseconds. */
static int begin_due(struct connection *all, int connections, double *arrival) {
    static int last;
    uint64_t at = now();
    if (at >= run.until) return 100;
    for (int tried = 0; tried < connections; tried++) {
        if (run.rate > 0 && *arrival > (double)at) return 1 - (*arrival - (double)at < 1e6);
        last = (last + 1) % connections;
        if (!is_free(&all[last])) continue;
        begin(&all[last], run.rate > 0 ? (uint64_t)*arrival : at);
        if (run.rate > 0) *arrival += -log(1.0 - drand48()) * 1e9 / run.rate;
    }
    return run.rate > 0 ? 1 : 100;
}

static void play(struct connection *all, int connections, double seconds) {
    if (run.tls == NULL) {
        for (int i = 0; i < connections; i++) connect_one(&all[i]);
        for (int i = 0; i < connections; i++)
            while (all[i].state == CONNECTING) turn(100);
    }
    srand48(20261121);
    uint64_t started = now();
    run.until = started + (uint64_t)(seconds * 1e9);
    double arrival = (double)started;
    while (now() < run.until) turn(begin_due(all, connections, &arrival));
    while (run.ended < run.begun) {
        if (now() > run.until + DRAIN_SECONDS * 1000000000ull) die("a reply that never came");
        turn(100);
    }
}

static void load_tls(const char *certificate) {
    run.tls = SSL_CTX_new(TLS_client_method());
    SSL_CTX_set_min_proto_version(run.tls, TLS1_3_VERSION);
    SSL_CTX_set_session_cache_mode(run.tls, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_mode(run.tls, SSL_MODE_RELEASE_BUFFERS);
    /* One of each, as the certificate has it and a server would choose: OpenSSL 3.0 looks through all it knows at every handshake. */
    SSL_CTX_set1_groups_list(run.tls, "X25519");
    SSL_CTX_set1_sigalgs_list(run.tls, "ECDSA+SHA256");
    SSL_CTX_set_ciphersuites(run.tls, "TLS_AES_128_GCM_SHA256");
    SSL_CTX_set_verify(run.tls, SSL_VERIFY_PEER, NULL);
    if (SSL_CTX_load_verify_locations(run.tls, certificate, NULL) != 1) die("certificate");
}

int main(int count, char **given) {
    if (count < 13) {
        errno = EINVAL;
        die("arguments");
    }
    int connections = atoi(given[4]);
    double seconds = atof(given[5]);
    run.address.sin_family = AF_INET;
    run.address.sin_port = htons((uint16_t)atoi(given[2]));
    inet_pton(AF_INET, given[1], &run.address.sin_addr);
    run.steps = given[3];
    run.count = (uint32_t)atoi(given[7]);
    run.posting = strtoul(given[8], NULL, 10);
    run.host = given[10], run.collection = given[11], run.page = given[12];
    FILE *material = fopen(given[6], "rb");
    if (material == NULL) die("material");
    size_t size = run.count * (REQUEST + run.posting);
    run.material = mmap(NULL, size + 1, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fileno(material), 0);
    if (run.material == MAP_FAILED) die("material");
    run.replies = fopen(given[9], "wb");
    if (run.replies == NULL) die("replies");
    setvbuf(run.replies, NULL, _IOFBF, 1 << 20);
    for (int i = 13; i < count; i++) {
        if (strncmp(given[i], "rate=", 5) == 0) run.rate = atof(given[i] + 5);
        if (strncmp(given[i], "tls=", 4) == 0) load_tls(given[i] + 4);
    }
    run.poll = epoll_create1(0);
    struct connection *all = calloc((size_t)connections, sizeof *all);
    play(all, connections, seconds);
    if (fclose(run.replies) != 0) die("replies");
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    double cpu = (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) + (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
    printf("{\"ended\":%u,\"ended_in_time\":%u,\"failed\":%u,\"seconds\":%g,\"cpu_seconds\":%g}\n", run.ended, run.ended_in_time, run.failed, seconds, cpu);
    return 0;
}
