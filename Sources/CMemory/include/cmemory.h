// The settings of glibc's allocator, which Swift's module of the C library leaves out.

#ifndef CMEMORY_H
#define CMEMORY_H

// Has all threads take memory from `arenas` places at most; to be called before a second thread is started.
void cmemory_limit_arenas(int arenas);

// Has what is freed of large blocks, and at the end of a place, given back to the system from `bytes` on, always.
void cmemory_give_back(int bytes);

#endif
