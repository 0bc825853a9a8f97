// The modules of stdlib-lua/, embedded at build time. A new module is one line in each of the two lists below.
#include "CStdlibLua.h"

#define MODULE_BYTES(name) static const unsigned char name##_bytes[] =
#define MODULE(name) {#name, name##_bytes, sizeof name##_bytes}

// clang-format off
// #embed is C23; this compiler offers it in every mode.
#pragma clang diagnostic ignored "-Wc23-extensions"
MODULE_BYTES(class) {
#embed "../../stdlib-lua/class.lua"
};
MODULE_BYTES(exits) {
#embed "../../stdlib-lua/exits.lua"
};
MODULE_BYTES(patterns) {
#embed "../../stdlib-lua/patterns.lua"
};
MODULE_BYTES(sizing) {
#embed "../../stdlib-lua/sizing.lua"
};
MODULE_BYTES(stats) {
#embed "../../stdlib-lua/stats.lua"
};
MODULE_BYTES(ta) {
#embed "../../stdlib-lua/ta.lua"
};
// clang-format on

static const ah_stdlib_module modules[] = {
    MODULE(class), MODULE(exits), MODULE(patterns), MODULE(sizing), MODULE(stats), MODULE(ta),
};

size_t ah_stdlib_count(void) { return sizeof modules / sizeof modules[0]; }

const ah_stdlib_module *ah_stdlib_at(size_t index) {
    return index < ah_stdlib_count() ? &modules[index] : NULL;
}
