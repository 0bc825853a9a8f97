// String functions other than patterns and format: bounded by the cap on one string, charged by length.
#include "internal.h"
#include <ctype.h>
#include <string.h>

/// Values that string.byte may return at once.
enum { MAX_RESULTS = 4096 };

static int repeat(lua_State *L) {
    size_t length, separator_length;
    const char *s = luaL_checklstring(L, 1, &length);
    lua_Integer count = luaL_checkinteger(L, 2);
    const char *separator = luaL_optlstring(L, 3, "", &separator_length);
    size_t piece = length + separator_length, limit = ah_of(L)->limits.string;
    if (count <= 0 || piece == 0) {
        lua_pushliteral(L, "");
        return 1;
    }
    if ((lua_Unsigned)count > limit / piece + 1 || piece * (size_t)count - separator_length > limit) {
        return luaL_error(L, "resulting string too large");
    }
    size_t total = piece * (size_t)count - separator_length;
    ah_charge(L, ah_of(L), (int64_t)(total >> 4) + (count >> 2));
    luaL_Buffer b;
    char *out = luaL_buffinitsize(L, &b, total);
    for (lua_Integer i = 0; i < count; i++) {
        memcpy(out, s, length);
        out += length;
        if (i + 1 < count) {
            memcpy(out, separator, separator_length);
            out += separator_length;
        }
    }
    luaL_pushresultsize(&b, total);
    return 1;
}

static int reverse(lua_State *L) {
    size_t length;
    const char *s = luaL_checklstring(L, 1, &length);
    ah_charge(L, ah_of(L), (int64_t)(length >> 2));
    luaL_Buffer b;
    char *out = luaL_buffinitsize(L, &b, length);
    for (size_t i = 0; i < length; i++) out[i] = s[length - 1 - i];
    luaL_pushresultsize(&b, length);
    return 1;
}

static int change_case(lua_State *L, int (*change)(int)) {
    size_t length;
    const char *s = luaL_checklstring(L, 1, &length);
    ah_charge(L, ah_of(L), (int64_t)(length >> 2));
    luaL_Buffer b;
    char *out = luaL_buffinitsize(L, &b, length);
    for (size_t i = 0; i < length; i++) out[i] = (char)change((unsigned char)s[i]);
    luaL_pushresultsize(&b, length);
    return 1;
}

static int upper(lua_State *L) { return change_case(L, toupper); }
static int lower(lua_State *L) { return change_case(L, tolower); }

static int byte(lua_State *L) {
    size_t length;
    const char *s = luaL_checklstring(L, 1, &length);
    lua_Integer from = luaL_optinteger(L, 2, 1), to = luaL_optinteger(L, 3, from);
    if (from < 0) from = from < -(lua_Integer)length ? 1 : (lua_Integer)length + from + 1;
    if (from == 0) from = 1;
    if (to > (lua_Integer)length) {
        to = (lua_Integer)length;
    } else if (to < 0) {
        to = to < -(lua_Integer)length ? 0 : (lua_Integer)length + to + 1;
    }
    if (from > to) return 0;
    if (to - from >= MAX_RESULTS) return luaL_error(L, "string slice too long (at most %d bytes)", MAX_RESULTS);
    int count = (int)(to - from) + 1;
    ah_charge(L, ah_of(L), count >> 1);
    luaL_checkstack(L, count, "string slice too long");
    for (int i = 0; i < count; i++) lua_pushinteger(L, (unsigned char)s[from - 1 + i]);
    return count;
}

static const char *const kept[] = {"len", "sub", "char", NULL};

static const luaL_Reg own[] = {
    {"rep", repeat}, {"reverse", reverse}, {"upper", upper}, {"lower", lower}, {"byte", byte},
    {"find", ah_str_find}, {"match", ah_str_match}, {"gmatch", ah_str_gmatch}, {"gsub", ah_str_gsub},
    {"format", ah_str_format}, {NULL, NULL},
};

/// Opening the stock library also sets the metatable of strings, with arithmetic on numerals; its __index becomes
/// the host's own table, which no script can reach.
void ah_open_string(lua_State *L, int globals) {
    lua_pushcfunction(L, luaopen_string);
    lua_call(L, 0, 1);
    lua_createtable(L, 0, 13);
    for (int i = 0; kept[i]; i++) {
        lua_getfield(L, -2, kept[i]);
        lua_setfield(L, -2, kept[i]);
    }
    luaL_setfuncs(L, own, 0);
    lua_pushliteral(L, "");
    lua_getmetatable(L, -1);
    lua_pushvalue(L, -3);
    lua_setfield(L, -2, "__index");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_pop(L, 2);
    lua_setfield(L, globals, "string");
    lua_pop(L, 1);
}
