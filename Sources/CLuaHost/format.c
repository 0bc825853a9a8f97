// string.format: the conversions of Lua 5.4 but %p, with text that holds no address.
#include "internal.h"
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/// A width and a precision have at most two digits, so a number needs no more than this (%99.99f of 1e308).
enum { MAX_ITEM = 512, MAX_SPEC = 32 };

/// Copies one conversion, from behind the percent sign, into spec; answers the position of its letter.
static const char *read_spec(lua_State *L, const char *format, char *spec) {
    size_t length = strspn(format, "-+ #0123456789.") + 1;
    if (length >= MAX_SPEC - 10) luaL_error(L, "invalid format string to 'format'");
    spec[0] = '%';
    memcpy(spec + 1, format, length);
    spec[length + 1] = 0;
    return format + length - 1;
}

static const char *skip_two_digits(const char *p) {
    for (int i = 0; i < 2 && isdigit((unsigned char)*p); i++) p++;
    return p;
}

/// Flags, then a width and a precision of at most two digits each, or an error.
static void only_flags(lua_State *L, const char *spec, const char *flags, bool precision) {
    const char *p = spec + 1 + strspn(spec + 1, flags);
    if (*p != '0') {
        p = skip_two_digits(p);
        if (*p == '.' && precision) p = skip_two_digits(p + 1);
    }
    if (!isalpha((unsigned char)*p)) luaL_error(L, "invalid conversion specification: '%s'", spec);
}

static void with_length(char *spec, const char *modifier) {
    size_t length = strlen(spec), extra = strlen(modifier);
    char letter = spec[length - 1];
    memcpy(spec + length - 1, modifier, extra);
    spec[length - 1 + extra] = letter;
    spec[length + extra] = 0;
}

static void quote_text(luaL_Buffer *b, const char *s, size_t length) {
    luaL_addchar(b, '"');
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)s[i];
        if (c == '"' || c == '\\' || c == '\n') {
            luaL_addchar(b, '\\');
            luaL_addchar(b, (char)c);
        } else if (iscntrl(c)) {
            char code[8];
            bool digit = i + 1 < length && isdigit((unsigned char)s[i + 1]);
            snprintf(code, sizeof code, digit ? "\\%03d" : "\\%d", (int)c);
            luaL_addstring(b, code);
        } else {
            luaL_addchar(b, (char)c);
        }
    }
    luaL_addchar(b, '"');
}

static void quote(lua_State *L, luaL_Buffer *b, int argument) {
    char text[64];
    switch (lua_type(L, argument)) {
    case LUA_TSTRING: {
        size_t length;
        const char *s = lua_tolstring(L, argument, &length);
        ah_charge(L, ah_of(L), (int64_t)(length >> 2));
        quote_text(b, s, length);
        return;
    }
    case LUA_TNUMBER:
        if (lua_isinteger(L, argument)) {
            long long n = lua_tointeger(L, argument);
            snprintf(text, sizeof text, n == LLONG_MIN ? "0x%llx" : "%lld", n);
        } else {
            double n = lua_tonumber(L, argument);
            if (n == HUGE_VAL) {
                strcpy(text, "1e9999");
            } else if (n == -HUGE_VAL) {
                strcpy(text, "-1e9999");
            } else if (isnan(n)) {
                strcpy(text, "(0/0)");
            } else {
                snprintf(text, sizeof text, "%a", n);
            }
        }
        luaL_addstring(b, text);
        return;
    case LUA_TNIL:
    case LUA_TBOOLEAN:
        luaL_tolstring(L, argument, NULL);
        luaL_addvalue(b);
        return;
    default: luaL_argerror(L, argument, "value has no literal form");
    }
}

/// Adds the text on top of the stack, cut or padded. Width and precision are below 100.
static void add_padded(lua_State *L, luaL_Buffer *b, const char *spec, const char *s) {
    char item[MAX_ITEM];
    int written = snprintf(item, sizeof item, spec, s);
    lua_pop(L, 1);
    luaL_addlstring(b, item, (size_t)written);
}

/// May call __tostring, which may come back here: so it keeps no buffer on the stack meanwhile.
static void add_text(lua_State *L, luaL_Buffer *b, int argument, const char *spec) {
    only_flags(L, spec, "-", true);
    size_t length;
    const char *s = ah_tostring(L, argument, &length);
    if (spec[2] != 0) luaL_argcheck(L, length == strlen(s), argument, "string contains zeros");
    if (spec[2] == 0 || (!strchr(spec, '.') && length >= 100)) {
        luaL_addvalue(b);
    } else {
        add_padded(L, b, spec, s);
    }
}

static void add_number(lua_State *L, luaL_Buffer *b, int argument, char *spec) {
    char item[MAX_ITEM];
    int written = 0;
    char letter = spec[strlen(spec) - 1];
    switch (letter) {
    case 'c':
        only_flags(L, spec, "-", false);
        written = snprintf(item, sizeof item, spec, (int)luaL_checkinteger(L, argument));
        break;
    case 'd':
    case 'i': {
        lua_Integer n = luaL_checkinteger(L, argument);
        only_flags(L, spec, "-+0 ", true);
        with_length(spec, "ll");
        written = snprintf(item, sizeof item, spec, (long long)n);
        break;
    }
    case 'u':
    case 'o':
    case 'x':
    case 'X': {
        lua_Integer n = luaL_checkinteger(L, argument);
        only_flags(L, spec, letter == 'u' ? "-0" : "-#0", true);
        with_length(spec, "ll");
        written = snprintf(item, sizeof item, spec, (unsigned long long)n);
        break;
    }
    case 'a':
    case 'A':
    case 'e':
    case 'E':
    case 'f':
    case 'g':
    case 'G': {
        lua_Number n = luaL_checknumber(L, argument);
        ah_charge(L, ah_of(L), 40);
        only_flags(L, spec, "-+#0 ", true);
        written = snprintf(item, sizeof item, spec, n);
        break;
    }
    case 'p': luaL_error(L, "string.format: '%%p' is not available here, addresses differ between runs"); return;
    default: luaL_error(L, "invalid conversion '%s' to 'format'", spec);
    }
    ah_charge(L, ah_of(L), written >> 1);
    luaL_addlstring(b, item, (size_t)written);
}

static void add_item(lua_State *L, luaL_Buffer *b, int argument, char *spec) {
    switch (spec[strlen(spec) - 1]) {
    case 's': add_text(L, b, argument, spec); return;
    case 'q':
        if (spec[2] != 0) luaL_error(L, "specifier '%%q' cannot have modifiers");
        quote(L, b, argument);
        return;
    default: add_number(L, b, argument, spec);
    }
}

int ah_str_format(lua_State *L) {
    int top = lua_gettop(L), argument = 1;
    size_t length, limit = ah_of(L)->limits.string;
    const char *format = luaL_checklstring(L, 1, &length), *end = format + length;
    ah_charge(L, ah_of(L), (int64_t)(length >> 3));
    luaL_Buffer b;
    luaL_buffinit(L, &b);
    while (format < end) {
        if (*format != '%') {
            luaL_addchar(&b, *format++);
            continue;
        }
        if (++format < end && *format == '%') {
            luaL_addchar(&b, *format++);
            continue;
        }
        if (++argument > top) return luaL_argerror(L, argument, "no value");
        char spec[MAX_SPEC];
        format = read_spec(L, format, spec) + 1;
        ah_charge(L, ah_of(L), 4);
        add_item(L, &b, argument, spec);
        if (luaL_bufflen(&b) > limit) return luaL_error(L, "resulting string too large");
    }
    luaL_pushresult(&b);
    return 1;
}
