// Creation and end of a machine.
#include "internal.h"
#include <stdlib.h>
#include <string.h>

static void fill_defaults(ah_limits *l) {
    if (l->instructions <= 0) l->instructions = 10000000;
    if (l->load_instructions <= 0) l->load_instructions = 20000000;
    if (l->call_nanoseconds <= 0) l->call_nanoseconds = 250000000;
    if (l->load_nanoseconds <= 0) l->load_nanoseconds = 600000000;
    if (l->memory == 0) l->memory = (size_t)32 << 20;
    if (l->block == 0) l->block = (size_t)512 << 10;
    if (l->string == 0) l->string = (size_t)256 << 10;
    // A string's block holds its header too.
    l->string += 64;
    if (l->failed_allocations == 0) l->failed_allocations = 6;
    if (l->value_depth == 0) l->value_depth = 16;
    if (l->value_count == 0) l->value_count = 16384;
    if (l->value_bytes == 0) l->value_bytes = (size_t)1 << 20;
    if (l->source_bytes == 0) l->source_bytes = (size_t)256 << 10;
    if (l->output_lines == 0) l->output_lines = 200;
    if (l->output_bytes == 0) l->output_bytes = (size_t)64 << 10;
}

/// Two sets of globals: the host's modules use their own, so that a script cannot change what they call.
static int open_all(lua_State *L) {
    lua_settop(L, 0);
    lua_createtable(L, 0, 0);
    lua_rawseti(L, LUA_REGISTRYINDEX, AH_REG_MODULES);
    lua_createtable(L, 0, 32);
    ah_open_base(L, 1);
    ah_open_metatables(L, 1);
    ah_open_coroutine(L, 1);
    ah_open_string(L, 1);
    ah_open_table(L, 1);
    ah_open_math(L, 1);
    ah_open_utf8(L, 1);
    ah_open_series(L);
    ah_open_record(L);
    lua_pushvalue(L, 1);
    lua_rawseti(L, LUA_REGISTRYINDEX, AH_REG_HOST_GLOBALS);

    lua_createtable(L, 0, 32);
    lua_pushnil(L);
    while (lua_next(L, 1)) {
        if (lua_type(L, -1) == LUA_TTABLE) {
            lua_createtable(L, 0, 16);
            lua_pushnil(L);
            while (lua_next(L, -3)) {
                lua_pushvalue(L, -2);
                lua_insert(L, -2);
                lua_rawset(L, -4);
            }
            lua_remove(L, -2);
        }
        lua_pushvalue(L, -2);
        lua_insert(L, -2);
        lua_rawset(L, 2);
    }
    lua_pushvalue(L, 2);
    lua_setfield(L, 2, "_G");
    lua_pushvalue(L, 1);
    lua_setfield(L, 1, "_G");
    lua_pushvalue(L, 2);
    lua_rawseti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
    // Where the auxiliary library looks for the name of a function in "bad argument #1 to 'math.max'".
    lua_createtable(L, 0, 8);
    static const char *const libraries[] = {"_G", "string", "table", "math", "utf8", "coroutine", NULL};
    for (int i = 0; libraries[i]; i++) {
        lua_getfield(L, 1, libraries[i]);
        lua_setfield(L, -2, libraries[i]);
    }
    lua_setfield(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    lua_gc(L, LUA_GCCOLLECT);
    return 0;
}

static _Thread_local int64_t creation_countdown;

void ah_fail_creation(int64_t countdown) { creation_countdown = countdown; }

ah_machine *ah_create(const ah_limits *limits, uint64_t seed) {
    ah_machine *m = calloc(1, sizeof *m);
    if (m == NULL) return NULL;
    if (limits) m->limits = *limits;
    fill_defaults(&m->limits);
    m->next_ref = AH_REG_FIRST_FREE;
    ah_set_seed(m, seed);
    ah_fail_allocation(m, creation_countdown, true);
    lua_State *L = lua_newstate(ah_allocate, m);
    if (L == NULL) {
        free(m);
        return NULL;
    }
    *(ah_machine **)lua_getextraspace(L) = m;
    m->L = L;
    ah_install_report(L);
    if (ah_enter_fresh(m, true, open_all, NULL) != AH_OK) {
        ah_close(m);
        return NULL;
    }
    return m;
}

void ah_close(ah_machine *m) {
    if (m == NULL) return;
    // Nothing of a script runs here: no value can have a finalizer.
    lua_close(m->L);
    while (m->modules) {
        ah_module *next = m->modules->next;
        free(m->modules);
        m->modules = next;
    }
    free(m->free_refs);
    free(m->nodes);
    free(m);
}

const char *ah_lua_release(void) { return LUA_RELEASE; }
const ah_limits *ah_limits_of(const ah_machine *m) { return &m->limits; }
const ah_error *ah_last_error(const ah_machine *m) { return &m->error; }
void ah_set_seed(ah_machine *m, uint64_t seed) {
    m->seed = seed;
    m->is_seeded = false;
}

void ah_set_output(ah_machine *m, ah_output output, void *context) {
    m->output = output;
    m->output_context = context;
}
