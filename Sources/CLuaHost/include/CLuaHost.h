#ifndef CLUAHOST_H
#define CLUAHOST_H
#include <stdint.h>
#endif
