/* packet.c: see packet.h. Refuses packets without descriptors: there are none in this talk. */
#include "reader/packet.h"
#include <errno.h>
#include <sys/socket.h>

bool packet_send(int socket, const void *packet, size_t n, const int *fds, int n_fds)
{
    char room[CMSG_SPACE(PACKET_FDS * sizeof(int))] = {0};
    struct iovec iov = {(void *)(uintptr_t)packet, n};
    struct msghdr msg = {.msg_iov = &iov,
                         .msg_iovlen = 1,
                         .msg_control = room,
                         .msg_controllen = CMSG_SPACE((size_t)n_fds * sizeof(int))};
    struct cmsghdr *c = CMSG_FIRSTHDR(&msg);
    c->cmsg_level = SOL_SOCKET;
    c->cmsg_type = SCM_RIGHTS;
    c->cmsg_len = CMSG_LEN((size_t)n_fds * sizeof(int));
    memcpy(CMSG_DATA(c), fds, (size_t)n_fds * sizeof(int));
    ssize_t sent;
    while ((sent = sendmsg(socket, &msg, MSG_NOSIGNAL)) < 0 && errno == EINTR)
        continue;
    return sent == (ssize_t)n;
}

ssize_t packet_receive(int socket, void *packet, size_t n, int fds[PACKET_FDS], int *ret_fds)
{
    char room[CMSG_SPACE(PACKET_FDS * sizeof(int))] = {0};
    struct iovec iov = {packet, n};
    struct msghdr msg = {
        .msg_iov = &iov, .msg_iovlen = 1, .msg_control = room, .msg_controllen = sizeof room};
    ssize_t got = recvmsg(socket, &msg, MSG_CMSG_CLOEXEC);
    *ret_fds = 0;
    if (got <= 0)
        return got < 0 && errno == EINTR ? -1 : 0;
    const struct cmsghdr *c = CMSG_FIRSTHDR(&msg);
    if (!c || c->cmsg_type != SCM_RIGHTS || c->cmsg_len < CMSG_LEN(0))
        return -1;
    *ret_fds = (int)((c->cmsg_len - CMSG_LEN(0)) / sizeof(int));
    memcpy(fds, CMSG_DATA(c), (size_t)*ret_fds * sizeof(int));
    return got;
}
