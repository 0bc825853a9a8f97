#ifndef CEXAMPLES_H
#define CEXAMPLES_H
#include <stddef.h>

/// One example strategy, embedded when the program was built.
typedef struct {
    /// Its file's name without `.lua`; ends with a zero byte.
    const char *name;
    /// Its source, UTF-8, without a zero at the end.
    const unsigned char *bytes;
    size_t count;
} ar_example;

/// How many examples there are.
size_t ar_example_count(void);

/// The example at `index`, 0 up to `ar_example_count()`; valid for ever. Null outside that range.
const ar_example *ar_example_at(size_t index);

#endif
