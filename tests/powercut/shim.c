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
 * Whoever changes or syncs a file in the folder by a call that is not written down is ended, and
 * the call named on standard error: what the record lacks must not count as what was never done.
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
#include <sys/mman.h>
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

static void refuse(const char *call)
{
    dprintf(STDERR_FILENO, "powercut: %s in the watched folder is not written down\n", call);
    abort();
}

static void refuse_file(int fd, const char *call)
{
    uint64_t inode;
    if (is_watched(fd, &inode))
        refuse(call);
}

/* A path as it was given, which may begin at a folder that is open, or at the working one. */
static void refuse_path(int at, const char *path, const char *call)
{
    char whole[2 * PATH_MAX] = "";
    if (record < 0 || path == NULL)
        return;
    if (path[0] != '/' && (at == AT_FDCWD ? getcwd(whole, PATH_MAX) == NULL : !path_of(at, whole)))
        return;
    size_t length = strlen(whole);
    snprintf(whole + length, PATH_MAX, length == 0 ? "%s" : "/%s", path);
    if (name_in_folder(whole) != NULL)
        refuse(call);
}

static int open_noted(const char *path, int flags, mode_t mode)
{
    const char *name = name_in_folder(path);
    struct stat found;
    if (name == NULL) {
        if (flags & (O_WRONLY | O_RDWR | O_CREAT | O_TRUNC))
            refuse_path(AT_FDCWD, path, "open by a relative path");
        return REAL(open)(path, flags, mode);
    }
    if (flags & (O_DSYNC | O_SYNC))
        refuse("open for synchronous writes");
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

/* What is not written down. */

int __open_2(const char *path, int flags)
{
    return open_noted(path, flags, 0);
}

int __open64_2(const char *path, int flags)
{
    return open_noted(path, flags, 0);
}

static int open_at(int at, const char *path, int flags, mode_t mode)
{
    if (flags & (O_WRONLY | O_RDWR | O_CREAT | O_TRUNC))
        refuse_path(at, path, "openat");
    return REAL(openat)(at, path, flags, mode);
}

int openat(int at, const char *path, int flags, ...)
{
    va_list arguments;
    va_start(arguments, flags);
    mode_t mode = mode_of(flags, arguments);
    va_end(arguments);
    return open_at(at, path, flags, mode);
}

int openat64(int at, const char *path, int flags, ...)
{
    va_list arguments;
    va_start(arguments, flags);
    mode_t mode = mode_of(flags, arguments);
    va_end(arguments);
    return open_at(at, path, flags, mode);
}

/* Calls by paths, by a file, and as they are: refused where they touch the folder, else made. */
#define BY_PATH(type, name, parameters, arguments, at, path)                                      \
    type name parameters                                                                          \
    {                                                                                             \
        refuse_path(at, path, #name);                                                             \
        return REAL(name) arguments;                                                              \
    }

#define BY_TWO_PATHS(name, parameters, arguments, from_at, from, to_at, to)                       \
    int name parameters                                                                           \
    {                                                                                             \
        refuse_path(from_at, from, #name);                                                        \
        refuse_path(to_at, to, #name);                                                            \
        return REAL(name) arguments;                                                              \
    }

#define BY_FILE(type, name, parameters, arguments)                                                \
    type name parameters                                                                          \
    {                                                                                             \
        refuse_file(fd, #name);                                                                   \
        return REAL(name) arguments;                                                              \
    }

BY_PATH(int, creat, (const char *path, mode_t mode), (path, mode), AT_FDCWD, path)
BY_PATH(int, creat64, (const char *path, mode_t mode), (path, mode), AT_FDCWD, path)
BY_PATH(int, truncate, (const char *path, off_t length), (path, length), AT_FDCWD, path)
BY_PATH(int, truncate64, (const char *path, off64_t length), (path, length), AT_FDCWD, path)
BY_PATH(int, remove, (const char *path), (path), AT_FDCWD, path)
BY_PATH(int, unlinkat, (int at, const char *path, int flags), (at, path, flags), at, path)
BY_PATH(int, symlink, (const char *to, const char *path), (to, path), AT_FDCWD, path)
BY_PATH(int, symlinkat, (const char *to, int at, const char *path), (to, at, path), at, path)

BY_TWO_PATHS(link, (const char *from, const char *to), (from, to), AT_FDCWD, from, AT_FDCWD, to)
BY_TWO_PATHS(linkat, (int a, const char *from, int b, const char *to, int flags),
             (a, from, b, to, flags), a, from, b, to)
BY_TWO_PATHS(renameat, (int a, const char *from, int b, const char *to), (a, from, b, to),
             a, from, b, to)
BY_TWO_PATHS(renameat2, (int a, const char *from, int b, const char *to, unsigned flags),
             (a, from, b, to, flags), a, from, b, to)

BY_FILE(ssize_t, writev, (int fd, const struct iovec *parts, int count), (fd, parts, count))
BY_FILE(ssize_t, pwritev, (int fd, const struct iovec *parts, int count, off_t offset),
        (fd, parts, count, offset))
BY_FILE(ssize_t, pwritev64, (int fd, const struct iovec *parts, int count, off64_t offset),
        (fd, parts, count, offset))
BY_FILE(ssize_t, pwritev2, (int fd, const struct iovec *parts, int count, off_t offset, int flags),
        (fd, parts, count, offset, flags))
BY_FILE(ssize_t, pwritev64v2,
        (int fd, const struct iovec *parts, int count, off64_t offset, int flags),
        (fd, parts, count, offset, flags))
BY_FILE(int, fallocate, (int fd, int mode, off_t offset, off_t length), (fd, mode, offset, length))
BY_FILE(int, fallocate64, (int fd, int mode, off64_t offset, off64_t length),
        (fd, mode, offset, length))
BY_FILE(int, posix_fallocate, (int fd, off_t offset, off_t length), (fd, offset, length))
BY_FILE(int, posix_fallocate64, (int fd, off64_t offset, off64_t length), (fd, offset, length))
BY_FILE(int, sync_file_range, (int fd, off64_t offset, off64_t length, unsigned flags),
        (fd, offset, length, flags))

void sync(void)
{
    if (record >= 0)
        refuse("sync");
    REAL(sync)();
}

int syncfs(int fd)
{
    if (is_folder(fd))
        refuse("syncfs");
    refuse_file(fd, "syncfs");
    return REAL(syncfs)(fd);
}

static int writes(const char *mode)
{
    return strpbrk(mode, "wa+") != NULL;
}

FILE *fopen(const char *path, const char *mode)
{
    if (writes(mode))
        refuse_path(AT_FDCWD, path, "fopen");
    return REAL(fopen)(path, mode);
}

FILE *fopen64(const char *path, const char *mode)
{
    if (writes(mode))
        refuse_path(AT_FDCWD, path, "fopen64");
    return REAL(fopen64)(path, mode);
}

/* SQLite's index of its log alone is memory that processes share: nothing of it has to be kept. */
static void refuse_map(int protection, int flags, int fd)
{
    char path[PATH_MAX];
    if (fd < 0 || !(protection & PROT_WRITE) || !(flags & MAP_SHARED) || !path_of(fd, path))
        return;
    size_t length = strlen(path);
    if (name_in_folder(path) != NULL && (length < 4 || strcmp(path + length - 4, "-shm") != 0))
        refuse("mmap for writing");
}

void *mmap(void *address, size_t length, int protection, int flags, int fd, off_t offset)
{
    refuse_map(protection, flags, fd);
    return REAL(mmap)(address, length, protection, flags, fd, offset);
}

void *mmap64(void *address, size_t length, int protection, int flags, int fd, off64_t offset)
{
    refuse_map(protection, flags, fd);
    return REAL(mmap64)(address, length, protection, flags, fd, offset);
}
