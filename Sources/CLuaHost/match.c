// Lua patterns with every step charged to the budget. The semantics are those of the Lua 5.4 manual, section 6.4.1.
#include "match.h"
#include <ctype.h>
#include <string.h>

/// Recursion levels of one match, as many as stock Lua allows.
enum { MAX_DEPTH = 200 };
enum { SETTLE_EVERY = 512 };

void ah_match_prepare(ah_matcher *ms, lua_State *L, const char *text, size_t length, const char *pattern_end) {
    ms->L = L;
    ms->m = ah_of(L);
    ms->text = text;
    ms->text_end = text + length;
    ms->pattern_end = pattern_end;
    ms->steps = 0;
    ms->depth = MAX_DEPTH;
    ms->captures = 0;
}

void ah_match_settle(ah_matcher *ms) {
    int64_t steps = ms->steps;
    ms->steps = 0;
    ah_charge(ms->L, ms->m, steps);
}

static inline void count(ah_matcher *ms, int64_t steps) {
    ms->steps += steps;
    if (ms->steps >= SETTLE_EVERY) ah_match_settle(ms);
}

/// The pattern item's end: one past a character, an escape or a set.
static const char *item_end(ah_matcher *ms, const char *p) {
    char first = *p++;
    if (first == '%') {
        if (p == ms->pattern_end) luaL_error(ms->L, "malformed pattern (ends with '%%')");
        return p + 1;
    }
    if (first != '[') return p;
    const char *start = p;
    if (p < ms->pattern_end && *p == '^') p++;
    // A bracket right after the opening is a member of the set.
    bool at_start = true;
    for (;; at_start = false) {
        if (p == ms->pattern_end) luaL_error(ms->L, "malformed pattern (missing ']')");
        char c = *p++;
        if (c == ']' && !at_start) break;
        if (c == '%') {
            if (p == ms->pattern_end) luaL_error(ms->L, "malformed pattern (missing ']')");
            p++;
        }
    }
    count(ms, (p - start) >> 3);
    return p;
}

static bool in_class(unsigned char c, unsigned char class) {
    bool member;
    switch (tolower(class)) {
    case 'a': member = isalpha(c); break;
    case 'c': member = iscntrl(c); break;
    case 'd': member = isdigit(c); break;
    case 'g': member = isgraph(c); break;
    case 'l': member = islower(c); break;
    case 'p': member = ispunct(c); break;
    case 's': member = isspace(c); break;
    case 'u': member = isupper(c); break;
    case 'w': member = isalnum(c); break;
    case 'x': member = isxdigit(c); break;
    case 'z': member = c == 0; break;  // of Lua 5.1, still understood
    default: return class == c;
    }
    return isupper(class) ? !member : member;
}

/// p is at the opening bracket, end one past the closing one.
static bool in_set(ah_matcher *ms, unsigned char c, const char *p, const char *end) {
    count(ms, (end - p) >> 2);
    const char *last = end - 1;
    bool negated = p[1] == '^';
    for (p += negated ? 2 : 1; p < last; p++) {
        if (*p == '%') {
            p++;
            if (in_class(c, (unsigned char)*p)) return !negated;
        } else if (p + 2 < last && p[1] == '-') {
            if ((unsigned char)p[0] <= c && c <= (unsigned char)p[2]) return !negated;
            p += 2;
        } else if ((unsigned char)*p == c) {
            return !negated;
        }
    }
    return negated;
}

static bool item_matches(ah_matcher *ms, const char *s, const char *p, const char *end) {
    if (s >= ms->text_end) return false;
    unsigned char c = (unsigned char)*s;
    switch (*p) {
    case '.': return true;
    case '%': return in_class(c, (unsigned char)p[1]);
    case '[': return in_set(ms, c, p, end);
    default: return (unsigned char)*p == c;
    }
}

static const char *balanced(ah_matcher *ms, const char *s, const char *p) {
    if (p + 1 >= ms->pattern_end) luaL_error(ms->L, "malformed pattern (missing arguments to '%%b')");
    if (s >= ms->text_end || *s != p[0]) return NULL;
    char open = p[0], close = p[1];
    int64_t nesting = 1;
    for (s++; s < ms->text_end; s++) {
        count(ms, 1);
        if (*s == close) {
            if (--nesting == 0) return s + 1;
        } else if (*s == open) {
            nesting++;
        }
    }
    return NULL;
}

static int closed_capture(ah_matcher *ms, int digit) {
    int index = digit - '1';
    if (index < 0 || index >= ms->captures || ms->capture[index].length == AH_CAPTURE_OPEN) {
        luaL_error(ms->L, "invalid capture index %%%d", index + 1);
    }
    return index;
}

static const char *back_reference(ah_matcher *ms, const char *s, int digit) {
    int index = closed_capture(ms, digit);
    size_t length = (size_t)ms->capture[index].length;
    if ((size_t)(ms->text_end - s) < length) return NULL;
    count(ms, (int64_t)(length >> 4) + 1);
    return memcmp(ms->capture[index].start, s, length) == 0 ? s + length : NULL;
}

static const char *open_capture(ah_matcher *ms, const char *s, const char *p, ptrdiff_t kind) {
    if (ms->captures >= AH_MAX_CAPTURES) luaL_error(ms->L, "too many captures");
    ms->capture[ms->captures].start = s;
    ms->capture[ms->captures].length = kind;
    ms->captures++;
    const char *end = ah_match_at(ms, s, p);
    if (end == NULL) ms->captures--;
    return end;
}

static const char *close_capture(ah_matcher *ms, const char *s, const char *p) {
    int index = ms->captures - 1;
    while (index >= 0 && ms->capture[index].length != AH_CAPTURE_OPEN) index--;
    if (index < 0) luaL_error(ms->L, "invalid pattern capture");
    ms->capture[index].length = s - ms->capture[index].start;
    const char *end = ah_match_at(ms, s, p);
    if (end == NULL) ms->capture[index].length = AH_CAPTURE_OPEN;
    return end;
}

static bool at_frontier(ah_matcher *ms, const char *s, const char *set, const char *end) {
    unsigned char before = s == ms->text ? 0 : (unsigned char)s[-1];
    unsigned char here = s == ms->text_end ? 0 : (unsigned char)*s;
    return !in_set(ms, before, set, end) && in_set(ms, here, set, end);
}

static const char *longest_first(ah_matcher *ms, const char *s, const char *p, const char *end) {
    ptrdiff_t taken = 0;
    while (item_matches(ms, s + taken, p, end)) {
        taken++;
        count(ms, 1);
    }
    for (; taken >= 0; taken--) {
        const char *match = ah_match_at(ms, s + taken, end + 1);
        if (match) return match;
    }
    return NULL;
}

static const char *shortest_first(ah_matcher *ms, const char *s, const char *p, const char *end) {
    for (;;) {
        const char *match = ah_match_at(ms, s, end + 1);
        if (match) return match;
        if (!item_matches(ms, s, p, end)) return NULL;
        s++;
        count(ms, 1);
    }
}

/// Items that stand alone; true when the walk goes on at *s and *p, false with *result otherwise.
static bool special(ah_matcher *ms, const char **s, const char **p, const char **result) {
    const char *at = *p;
    if (at[0] == '(') {
        *result = at + 1 < ms->pattern_end && at[1] == ')' ? open_capture(ms, *s, at + 2, AH_CAPTURE_POSITION)
                                                          : open_capture(ms, *s, at + 1, AH_CAPTURE_OPEN);
        return false;
    }
    if (at[0] == ')') {
        *result = close_capture(ms, *s, at + 1);
        return false;
    }
    const char *next = NULL;
    if (at[1] == 'b') {
        next = balanced(ms, *s, at + 2);
        *p = at + 4;
    } else if (at[1] == 'f') {
        at += 2;
        if (at >= ms->pattern_end || *at != '[') luaL_error(ms->L, "missing '[' after '%%f' in pattern");
        const char *end = item_end(ms, at);
        next = at_frontier(ms, *s, at, end) ? *s : NULL;
        *p = end;
    } else {
        next = back_reference(ms, *s, at[1]);
        *p = at + 2;
    }
    *result = NULL;
    *s = next;
    return next != NULL;
}

static bool is_special(ah_matcher *ms, const char *p) {
    if (*p == '(' || *p == ')') return true;
    return *p == '%' && p + 1 < ms->pattern_end && (p[1] == 'b' || p[1] == 'f' || (p[1] >= '0' && p[1] <= '9'));
}

static const char *walk(ah_matcher *ms, const char *s, const char *p) {
    while (p != ms->pattern_end) {
        count(ms, 1);
        if (*p == '$' && p + 1 == ms->pattern_end) return s == ms->text_end ? s : NULL;
        if (is_special(ms, p)) {
            const char *result;
            if (!special(ms, &s, &p, &result)) return result;
            continue;
        }
        const char *end = item_end(ms, p);
        char suffix = end < ms->pattern_end ? *end : 0;
        switch (suffix) {
        case '*': return longest_first(ms, s, p, end);
        case '+': return item_matches(ms, s, p, end) ? longest_first(ms, s + 1, p, end) : NULL;
        case '-': return shortest_first(ms, s, p, end);
        case '?': {
            if (item_matches(ms, s, p, end)) {
                const char *match = ah_match_at(ms, s + 1, end + 1);
                if (match) return match;
            }
            p = end + 1;
            continue;
        }
        default:
            if (!item_matches(ms, s, p, end)) return NULL;
            s++;
            p = end;
        }
    }
    return s;
}

const char *ah_match_at(ah_matcher *ms, const char *s, const char *p) {
    if (ms->depth-- == 0) luaL_error(ms->L, "pattern too complex");
    const char *end = walk(ms, s, p);
    ms->depth++;
    return end;
}

void ah_push_capture(ah_matcher *ms, int i, const char *s, const char *e) {
    if (i >= ms->captures) {
        if (i != 0) luaL_error(ms->L, "invalid capture index %%%d", i + 1);
        lua_pushlstring(ms->L, s, (size_t)(e - s));
        return;
    }
    ptrdiff_t length = ms->capture[i].length;
    if (length == AH_CAPTURE_OPEN) luaL_error(ms->L, "unfinished capture");
    if (length == AH_CAPTURE_POSITION) {
        lua_pushinteger(ms->L, ms->capture[i].start - ms->text + 1);
    } else {
        lua_pushlstring(ms->L, ms->capture[i].start, (size_t)length);
    }
}

int ah_push_captures(ah_matcher *ms, const char *s, const char *e) {
    int total = ms->captures == 0 && s ? 1 : ms->captures;
    luaL_checkstack(ms->L, total, "too many captures");
    for (int i = 0; i < total; i++) ah_push_capture(ms, i, s, e);
    return total;
}
