/* Sets the wall clock of a process from outside, for tests of a clock that jumps.

   Preloaded into every process of an installation. The offset to the true time is in a file of eight
   bytes, which is mapped, so that a change takes effect at once. Waits until a wall time end
   when the set clock says so, as in the kernel; a wait by another clock is known by its small number.
   libfaketime does the same and more, but breaks clock_nanosleep where the monotonic clock is left
   alone (0.9.10), and with it Python's sleep. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static volatile int64_t none, *ahead = &none;
#define WALL 1000000000 /* seconds; no monotonic clock has come so far */

__attribute__((constructor)) static void find_file(void)
{
	const char *path = getenv("HOTLINE_FAULT_CLOCK");
	int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
	if (file < 0)
		return;
	void *found = mmap(NULL, sizeof(int64_t), PROT_READ, MAP_SHARED, file, 0);
	if (found != MAP_FAILED)
		ahead = found;
	close(file);
}

#define REAL(name) ({ static __typeof__(&name) real; if (!real) real = dlsym(RTLD_NEXT, #name); real; })

int clock_gettime(clockid_t which, struct timespec *at)
{
	int failed = REAL(clock_gettime)(which, at);
	if (!failed && (which == CLOCK_REALTIME || which == CLOCK_REALTIME_COARSE))
		at->tv_sec += *ahead;
	return failed;
}

int gettimeofday(struct timeval *restrict at, void *restrict zone)
{
	(void)zone;
	struct timespec now;
	int failed = clock_gettime(CLOCK_REALTIME, &now);
	if (!failed && at) {
		at->tv_sec = now.tv_sec;
		at->tv_usec = now.tv_nsec / 1000;
	}
	return failed;
}

time_t time(time_t *at)
{
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	if (at)
		*at = now.tv_sec;
	return now.tv_sec;
}

static struct timespec true_time(const struct timespec *until)
{
	struct timespec shifted = *until;
	if (shifted.tv_sec > WALL)
		shifted.tv_sec -= *ahead;
	return shifted;
}

int pthread_cond_timedwait(pthread_cond_t *restrict what, pthread_mutex_t *restrict lock,
			   const struct timespec *restrict until)
{
	static int (*real)(pthread_cond_t *, pthread_mutex_t *, const struct timespec *);
	struct timespec shifted = true_time(until);
	if (!real) /* there are two: without its version the old one may be found */
		real = dlvsym(RTLD_NEXT, "pthread_cond_timedwait", "GLIBC_2.3.2");
	return real(what, lock, &shifted);
}

int sem_timedwait(sem_t *restrict what, const struct timespec *restrict until)
{
	struct timespec shifted = true_time(until);
	return REAL(sem_timedwait)(what, &shifted);
}

int pthread_mutex_timedlock(pthread_mutex_t *restrict what, const struct timespec *restrict until)
{
	struct timespec shifted = true_time(until);
	return REAL(pthread_mutex_timedlock)(what, &shifted);
}
