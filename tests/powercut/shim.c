/*
 * Preloaded into a process, writes down in one order what it asks of the disk and what it tells
 * the world: every change of a file in one folder, every sync, every line on standard output.
 *
 *   POWERCUT_FOLDER  the folder that is watched; not the folders in it
 *   POWERCUT_RECORD  the file that the record is added to; outside of that folder
 *   POWERCUT_FUSE    a file that says how many more syncs are done, from the moment it is there;
 *                    the process that asks for one more is killed before that is done
 *
 * A change is written down when it was made, a sync when it would have returned, and what is told
 * before it can be heard: so whoever heard it, the record holds everything it stands on.
 * The real disk is never synced: what would be on it is worked out from the record.
 *
 * A process is told that files cannot be copied inside the kernel, so that it copies by writing.
 */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum kind {
    CREATE = 'c',
    WRITE = 'w',
    TRUNCATE = 't',
    SYNC_FILE = 's',
    SYNC_FOLDER = 'f',
    UNLINK = 'u',
    RENAME = 'r',
    TELL = 'o',
};

struct __attribute__((packed)) header {
    uint8_t kind;
    uint64_t inode;
    uint64_t offset;
    uint32_t first, second; /* the bytes of the two parts that follow */
};

static const char *folder, *fuse;
static size_t folder_length;
static int record = -1;
static long syncs_left = -1;
static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER; /* what is done is written down in order */

#define REAL(name) ((__typeof__(&name))real(#name))

static void *real(const char *name)
{
    void *found = dlsym(RTLD_NEXT, name);
    if (found == NULL)
        abort();
    return found;
}

__attribute__((constructor)) static void begin(void)
{
    const char *path = getenv("POWERCUT_RECORD");
    folder = getenv("POWERCUT_FOLDER");
    fuse = getenv("POWERCUT_FUSE");
    if (folder == NULL || path == NULL)
        return;
    folder_length = strlen(folder);
    record = REAL(open)(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (record < 0)
        abort();
}

static void note(enum kind kind, uint64_t inode, uint64_t offset, const void *first, size_t length,
                 const char *second)
{
    size_t more = second == NULL ? 0 : strlen(second);
    struct header header = {kind, inode, offset, (uint32_t)length, (uint32_t)more};
    struct iovec parts[] = {
        {&header, sizeof header}, {(void *)first, length}, {(void *)second, more}};
    int before = errno;
    if (REAL(writev)(record, parts, 3) != (ssize_t)(sizeof header + length + more))
        abort();
    errno = before;
}

/* The name inside the folder, or NULL. */
static const char *name_in_folder(const char *path)
{
    if (record < 0 || path == NULL || strncmp(path, folder, folder_length) != 0)
        return NULL;
    if (path[folder_length] != '/' || strchr(path + folder_length + 1, '/') != NULL)
        return NULL;
    return path + folder_length + 1;
}

static int path_of(int fd, char *path)
{
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = record < 0 ? -1 : readlink(link, path, PATH_MAX - 1);
    path[length < 0 ? 0 : length] = '\0';
    return length > 0;
}

static int is_watched(int fd, uint64_t *inode)
{
    char path[PATH_MAX];
    struct stat found;
    if (!path_of(fd, path) || name_in_folder(path) == NULL || fstat(fd, &found) != 0)
        return 0;
    *inode = found.st_ino;
    return 1;
}

static int is_folder(int fd)
{
    char path[PATH_MAX];
    return path_of(fd, path) && strcmp(path, folder) == 0;
}

static int open_noted(const char *path, int flags, mode_t mode)
{
    const char *name = name_in_folder(path);
    struct stat found;
    if (name == NULL)
        return REAL(open)(path, flags, mode);
    pthread_mutex_lock(&turn);
    int existed = access(path, F_OK) == 0, fd = REAL(open)(path, flags, mode);
    if (fd >= 0 && fstat(fd, &found) == 0) {
        if (!existed && (flags & O_CREAT))
            note(CREATE, found.st_ino, 0, name, strlen(name), NULL);
        else if (flags & O_TRUNC)
            note(TRUNCATE, found.st_ino, 0, NULL, 0, NULL);
    }
    pthread_mutex_unlock(&turn);
    return fd;
}

static mode_t mode_of(int flags, va_list arguments)
{
    return (flags & O_CREAT) ? va_arg(arguments, mode_t) : 0;
}

int open(const char *path, int flags, ...)
{
    va_list arguments;
    va_start(arguments, flags);
    mode_t mode = mode_of(flags, arguments);
    va_end(arguments);
    return open_noted(path, flags, mode);
}

int open64(const char *path, int flags, ...)
{
    va_list arguments;
    va_start(arguments, flags);
    mode_t mode = mode_of(flags, arguments);
    va_end(arguments);
    return open_noted(path, flags, mode);
}

ssize_t write(int fd, const void *data, size_t length)
{
    uint64_t inode;
    if (fd == STDOUT_FILENO && record >= 0) {
        pthread_mutex_lock(&turn);
        note(TELL, 0, 0, data, length, NULL);
        pthread_mutex_unlock(&turn);
    }
    if (!is_watched(fd, &inode))
        return REAL(write)(fd, data, length);
    pthread_mutex_lock(&turn);
    ssize_t done = REAL(write)(fd, data, length);
    if (done > 0)
        note(WRITE, inode, (uint64_t)(lseek(fd, 0, SEEK_CUR) - done), data, (size_t)done, NULL);
    pthread_mutex_unlock(&turn);
    return done;
}

ssize_t pwrite(int fd, const void *data, size_t length, off_t offset)
{
    uint64_t inode;
    if (!is_watched(fd, &inode))
        return REAL(pwrite)(fd, data, length, offset);
    pthread_mutex_lock(&turn);
    ssize_t done = REAL(pwrite)(fd, data, length, offset);
    if (done > 0)
        note(WRITE, inode, (uint64_t)offset, data, (size_t)done, NULL);
    pthread_mutex_unlock(&turn);
    return done;
}

ssize_t pwrite64(int fd, const void *data, size_t length, off64_t offset)
{
    return pwrite(fd, data, length, offset);
}

int ftruncate(int fd, off_t length)
{
    uint64_t inode;
    if (!is_watched(fd, &inode))
        return REAL(ftruncate)(fd, length);
    pthread_mutex_lock(&turn);
    int failed = REAL(ftruncate)(fd, length);
    if (!failed)
        note(TRUNCATE, inode, (uint64_t)length, NULL, 0, NULL);
    pthread_mutex_unlock(&turn);
    return failed;
}

int ftruncate64(int fd, off64_t length)
{
    return ftruncate(fd, length);
}

int unlink(const char *path)
{
    const char *name = name_in_folder(path);
    if (name == NULL)
        return REAL(unlink)(path);
    pthread_mutex_lock(&turn);
    int failed = REAL(unlink)(path);
    if (!failed)
        note(UNLINK, 0, 0, name, strlen(name), NULL);
    pthread_mutex_unlock(&turn);
    return failed;
}

int rename(const char *from, const char *to)
{
    const char *old = name_in_folder(from), *new = name_in_folder(to);
    if (old == NULL && new == NULL)
        return REAL(rename)(from, to);
    if (old == NULL || new == NULL)
        abort(); /* a file that comes from elsewhere is not in the record */
    pthread_mutex_lock(&turn);
    int failed = REAL(rename)(from, to);
    if (!failed)
        note(RENAME, 0, 0, old, strlen(old), new);
    pthread_mutex_unlock(&turn);
    return failed;
}

static int fuse_blows(void)
{
    FILE *file = syncs_left < 0 && fuse != NULL ? fopen(fuse, "re") : NULL;
    if (file != NULL) {
        if (fscanf(file, "%ld", &syncs_left) != 1)
            abort();
        fclose(file);
    }
    return syncs_left >= 0 && syncs_left-- == 0;
}

int fsync(int fd)
{
    uint64_t inode = 0;
    int whole_folder = is_folder(fd);
    if (!whole_folder && !is_watched(fd, &inode))
        return REAL(fsync)(fd);
    pthread_mutex_lock(&turn);
    if (fuse_blows())
        kill(getpid(), SIGKILL);
    note(whole_folder ? SYNC_FOLDER : SYNC_FILE, inode, 0, NULL, 0, NULL);
    pthread_mutex_unlock(&turn);
    return 0;
}

int fdatasync(int fd)
{
    return fsync(fd);
}

ssize_t sendfile(int to, int from, off_t *offset, size_t count)
{
    (void)to, (void)from, (void)offset, (void)count;
    errno = EINVAL;
    return -1;
}

ssize_t sendfile64(int to, int from, off64_t *offset, size_t count)
{
    return sendfile(to, from, offset, count);
}

ssize_t copy_file_range(int from, off64_t *from_offset, int to, off64_t *to_offset, size_t count,
                        unsigned flags)
{
    (void)from, (void)from_offset, (void)to, (void)to_offset, (void)count, (void)flags;
    errno = EXDEV;
    return -1;
}
