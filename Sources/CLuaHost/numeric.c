// math and utf8: the stock functions, but for seeded random numbers and bounds on what walks a whole string.
#include "internal.h"

static uint64_t rotate(uint64_t x, int by) { return (x << by) | (x >> (64 - by)); }

/// xoshiro256** (Blackman and Vigna), seeded through splitmix64.
static uint64_t draw(uint64_t s[4]) {
    uint64_t result = rotate(s[1] * 5, 7) * 9;
    uint64_t t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotate(s[3], 45);
    return result;
}

/// The state, made from the seed when the first number is drawn after it was set.
static uint64_t *state(ah_machine *m) {
    if (m->is_seeded) return m->random;
    m->is_seeded = true;
    uint64_t seed = m->seed;
    for (int i = 0; i < 4; i++) {
        seed += 0x9E3779B97F4A7C15;
        uint64_t z = seed;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        m->random[i] = z ^ (z >> 31);
    }
    return m->random;
}

/// Uniform in 0...limit: draws again beyond the largest multiple, twice on average at worst.
static uint64_t below(uint64_t s[4], uint64_t limit) {
    if (limit == UINT64_MAX) return draw(s);
    uint64_t range = limit + 1, rest = (UINT64_MAX % range + 1) % range, value;
    do {
        value = draw(s);
    } while (value > UINT64_MAX - rest);
    return value % range;
}

static int random_number(lua_State *L) {
    uint64_t *s = state(ah_of(L));
    lua_Integer low = 1, high;
    switch (lua_gettop(L)) {
    case 0: lua_pushnumber(L, (lua_Number)(draw(s) >> 11) * 0x1p-53); return 1;
    case 1:
        high = luaL_checkinteger(L, 1);
        if (high == 0) {
            lua_pushinteger(L, (lua_Integer)draw(s));
            return 1;
        }
        break;
    case 2:
        low = luaL_checkinteger(L, 1);
        high = luaL_checkinteger(L, 2);
        break;
    default: return luaL_error(L, "wrong number of arguments");
    }
    luaL_argcheck(L, low <= high, lua_gettop(L), "interval is empty");
    lua_pushinteger(L, (lua_Integer)((uint64_t)low + below(s, (uint64_t)high - (uint64_t)low)));
    return 1;
}

static const char *const math_kept[] = {
    "abs", "acos", "asin", "atan", "ceil", "cos", "deg", "exp", "floor", "fmod", "huge", "log", "max", "maxinteger",
    "min", "mininteger", "modf", "pi", "rad", "sin", "sqrt", "tan", "tointeger", "type", "ult", NULL,
};

void ah_open_math(lua_State *L, int globals) {
    lua_pushcfunction(L, luaopen_math);
    lua_call(L, 0, 1);
    lua_createtable(L, 0, 26);
    for (int i = 0; math_kept[i]; i++) {
        lua_getfield(L, -2, math_kept[i]);
        lua_setfield(L, -2, math_kept[i]);
    }
    lua_pushcfunction(L, random_number);
    lua_setfield(L, -2, "random");
    lua_setfield(L, globals, "math");
    lua_pop(L, 1);
}

// MARK: utf8

enum { STOCK_LEN = 1, STOCK_OFFSET, STOCK_CODEPOINT, STOCK_CODES };

/// Results of one utf8.codepoint, as of table.unpack.
enum { MAX_RESULTS = 4096 };

static int charged(lua_State *L, int which) {
    size_t length;
    luaL_checklstring(L, 1, &length);
    ah_machine *m = ah_of(L);
    ah_charge(L, m, (int64_t)(length >> 3));
    return m->stock[which](L);
}

static int utf8_len(lua_State *L) { return charged(L, STOCK_LEN); }
static int utf8_offset(lua_State *L) { return charged(L, STOCK_OFFSET); }
static int utf8_codes(lua_State *L) { return charged(L, STOCK_CODES); }

static int utf8_codepoint(lua_State *L) {
    size_t length;
    luaL_checklstring(L, 1, &length);
    lua_Integer from = luaL_optinteger(L, 2, 1), to = luaL_optinteger(L, 3, from);
    if (from < 0) from = (lua_Integer)length + from + 1;
    if (to < 0) to = (lua_Integer)length + to + 1;
    // Other bounds are refused by the stock function; their difference may not fit an integer.
    if (from >= 1 && to <= (lua_Integer)length && to > from) {
        if (to - from >= MAX_RESULTS) {
            return luaL_error(L, "string slice too long (at most %d bytes)", MAX_RESULTS);
        }
        ah_charge(L, ah_of(L), to - from);
    }
    return charged(L, STOCK_CODEPOINT);
}

static const luaL_Reg utf8_own[] = {
    {"len", utf8_len}, {"offset", utf8_offset}, {"codes", utf8_codes}, {"codepoint", utf8_codepoint}, {NULL, NULL},
};

void ah_open_utf8(lua_State *L, int globals) {
    static const char *const names[] = {"len", "offset", "codepoint", "codes"};
    ah_machine *m = ah_of(L);
    lua_pushcfunction(L, luaopen_utf8);
    lua_call(L, 0, 1);
    for (int i = 0; i < 4; i++) {
        lua_getfield(L, -1, names[i]);
        m->stock[STOCK_LEN + i] = lua_tocfunction(L, -1);
        lua_pop(L, 1);
    }
    luaL_setfuncs(L, utf8_own, 0);
    lua_setfield(L, globals, "utf8");
}
