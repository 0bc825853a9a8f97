// string.find, match, gmatch and gsub over the charged pattern engine.
#define _GNU_SOURCE
#include "match.h"
#include <string.h>

/// 1-based start of a search, after negative positions are counted from the end; 0 and below mean 1.
static size_t start_position(lua_Integer init, size_t length) {
    if (init > 0) return (size_t)init;
    if (init == 0 || init < -(lua_Integer)length) return 1;
    return length + (size_t)init + 1;
}

static bool has_magic(const char *pattern, size_t length) {
    for (size_t i = 0; i < length; i++) {
        if (pattern[i] != 0 && strchr("^$*+?.([%-", pattern[i])) return true;
    }
    return false;
}

static int find_plain(lua_State *L, const char *s, size_t ls, const char *p, size_t lp, size_t from) {
    ah_charge(L, ah_of(L), (int64_t)((ls + lp) >> 4));
    // memmem is linear in the two lengths.
    const char *at = lp == 0 ? s + from : memmem(s + from, ls - from, p, lp);
    if (at == NULL) {
        lua_pushnil(L);
        return 1;
    }
    lua_pushinteger(L, at - s + 1);
    lua_pushinteger(L, at - s + (lua_Integer)lp);
    return 2;
}

static int search(lua_State *L, bool find) {
    size_t ls, lp;
    const char *s = luaL_checklstring(L, 1, &ls), *p = luaL_checklstring(L, 2, &lp);
    size_t from = start_position(luaL_optinteger(L, 3, 1), ls) - 1;
    if (from > ls) {
        lua_pushnil(L);
        return 1;
    }
    if (find && (lua_toboolean(L, 4) || !has_magic(p, lp))) return find_plain(L, s, ls, p, lp, from);
    bool anchored = lp > 0 && *p == '^';
    ah_matcher ms;
    ah_match_prepare(&ms, L, s, ls, p + lp);
    const char *at = s + from;
    do {
        ms.captures = 0;
        const char *end = ah_match_at(&ms, at, anchored ? p + 1 : p);
        if (end == NULL) continue;
        ah_match_settle(&ms);
        if (!find) return ah_push_captures(&ms, at, end);
        lua_pushinteger(L, at - s + 1);
        lua_pushinteger(L, end - s);
        return ah_push_captures(&ms, NULL, NULL) + 2;
    } while (at++ < ms.text_end && !anchored);
    ah_match_settle(&ms);
    lua_pushnil(L);
    return 1;
}

int ah_str_find(lua_State *L) { return search(L, true); }
int ah_str_match(lua_State *L) { return search(L, false); }

/// Upvalues: text, pattern, next position (0-based), end of the last match or -1.
static int gmatch_step(lua_State *L) {
    size_t ls, lp;
    const char *s = lua_tolstring(L, lua_upvalueindex(1), &ls), *p = lua_tolstring(L, lua_upvalueindex(2), &lp);
    lua_Integer position = lua_tointeger(L, lua_upvalueindex(3)), last = lua_tointeger(L, lua_upvalueindex(4));
    ah_matcher ms;
    ah_match_prepare(&ms, L, s, ls, p + lp);
    for (; position <= (lua_Integer)ls; position++) {
        ms.captures = 0;
        const char *at = s + position, *end = ah_match_at(&ms, at, p);
        // An empty match at the end of the one before is not one of its own.
        if (end == NULL || end - s == last) continue;
        ah_match_settle(&ms);
        lua_pushinteger(L, end - s);
        lua_pushvalue(L, -1);
        lua_replace(L, lua_upvalueindex(3));
        lua_replace(L, lua_upvalueindex(4));
        return ah_push_captures(&ms, at, end);
    }
    lua_pushinteger(L, position);
    lua_replace(L, lua_upvalueindex(3));
    ah_match_settle(&ms);
    return 0;
}

int ah_str_gmatch(lua_State *L) {
    size_t length;
    luaL_checklstring(L, 1, &length);
    luaL_checkstring(L, 2);
    size_t from = start_position(luaL_optinteger(L, 3, 1), length) - 1;
    if (from > length) from = length + 1;
    lua_settop(L, 2);
    lua_pushinteger(L, (lua_Integer)from);
    lua_pushinteger(L, -1);
    lua_pushcclosure(L, gmatch_step, 4);
    return 1;
}

// MARK: gsub

static void add_template(ah_matcher *ms, luaL_Buffer *b, const char *s, const char *e) {
    lua_State *L = ms->L;
    size_t length;
    const char *template = lua_tolstring(L, 3, &length), *end = template + length;
    ms->steps += (int64_t)(length >> 3) + 1;
    while (template < end) {
        const char *escape = memchr(template, '%', (size_t)(end - template));
        if (escape == NULL) escape = end;
        luaL_addlstring(b, template, (size_t)(escape - template));
        if (escape == end) break;
        char c = escape + 1 < end ? escape[1] : 0;
        template = escape + 2;
        if (c == '%') {
            luaL_addchar(b, '%');
        } else if (c == '0') {
            luaL_addlstring(b, s, (size_t)(e - s));
        } else if (c >= '1' && c <= '9') {
            int index = c - '1';
            ah_push_capture(ms, index, s, e);
            luaL_tolstring(L, -1, NULL);
            lua_remove(L, -2);
            luaL_addvalue(b);
        } else {
            luaL_error(L, "invalid use of '%%' in replacement string");
        }
        if (luaL_bufflen(b) > ms->m->limits.string) luaL_error(L, "resulting string too large");
    }
}

/// Adds what stands for the match s..e; answers whether it differs from the match.
static bool add_replacement(ah_matcher *ms, luaL_Buffer *b, const char *s, const char *e, int type) {
    lua_State *L = ms->L;
    ah_match_settle(ms);
    if (type == LUA_TSTRING) {
        add_template(ms, b, s, e);
        return true;
    }
    if (type == LUA_TFUNCTION) {
        lua_pushvalue(L, 3);
        int count = ah_push_captures(ms, s, e);
        lua_call(L, count, 1);
    } else {
        ah_push_capture(ms, 0, s, e);
        lua_gettable(L, 3);
    }
    if (!lua_toboolean(L, -1)) {
        lua_pop(L, 1);
        luaL_addlstring(b, s, (size_t)(e - s));
        return false;
    }
    if (!lua_isstring(L, -1)) luaL_error(L, "invalid replacement value (a %s)", luaL_typename(L, -1));
    luaL_addvalue(b);
    return true;
}

int ah_str_gsub(lua_State *L) {
    size_t ls, lp;
    const char *s = luaL_checklstring(L, 1, &ls), *p = luaL_checklstring(L, 2, &lp);
    int type = lua_type(L, 3);
    luaL_argexpected(L, type == LUA_TNUMBER || type == LUA_TSTRING || type == LUA_TFUNCTION || type == LUA_TTABLE, 3,
        "string/function/table");
    lua_Integer limit = luaL_optinteger(L, 4, (lua_Integer)ls + 1), done = 0;
    if (type == LUA_TNUMBER) {
        lua_tostring(L, 3);
        type = LUA_TSTRING;
    }
    bool anchored = lp > 0 && *p == '^', changed = false;
    if (anchored) p++, lp--;
    ah_matcher ms;
    ah_match_prepare(&ms, L, s, ls, p + lp);
    luaL_Buffer b;
    luaL_buffinit(L, &b);
    const char *at = s, *last = NULL;
    while (done < limit) {
        ms.captures = 0;
        const char *end = ah_match_at(&ms, at, p);
        if (end != NULL && end != last) {
            done++;
            changed |= add_replacement(&ms, &b, at, end, type);
            at = last = end;
        } else if (at < ms.text_end) {
            luaL_addchar(&b, *at);
            at++;
        } else {
            break;
        }
        if (luaL_bufflen(&b) > ms.m->limits.string) luaL_error(L, "resulting string too large");
        if (anchored) break;
    }
    ah_match_settle(&ms);
    if (changed) {
        luaL_addlstring(&b, at, (size_t)(ms.text_end - at));
        luaL_pushresult(&b);
    } else {
        lua_pushvalue(L, 1);
    }
    lua_pushinteger(L, done);
    return 2;
}
