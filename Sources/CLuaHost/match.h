/// The pattern engine, between match.c (matching) and matchlib.c (find, match, gmatch, gsub).
#ifndef AH_MATCH_H
#define AH_MATCH_H

#include "internal.h"

enum { AH_MAX_CAPTURES = 32 };

/// Lengths of a capture that is not a plain range.
enum { AH_CAPTURE_OPEN = -1, AH_CAPTURE_POSITION = -2 };

typedef struct {
    lua_State *L;
    ah_machine *m;
    const char *text, *text_end, *pattern_end;
    int64_t steps;  ///< not yet charged
    int depth;      ///< recursion levels left
    int captures;
    struct {
        const char *start;
        ptrdiff_t length;
    } capture[AH_MAX_CAPTURES];
} ah_matcher;

void ah_match_prepare(ah_matcher *ms, lua_State *L, const char *text, size_t length, const char *pattern_end);
/// The end of the match of pattern p at s, or NULL. Captures are filled in.
const char *ah_match_at(ah_matcher *ms, const char *s, const char *p);
/// Charges what has been counted; raises when the budget is used up.
void ah_match_settle(ah_matcher *ms);
/// Pushes capture i (0-based); the whole match s..e stands for the first when there is none.
void ah_push_capture(ah_matcher *ms, int i, const char *s, const char *e);
/// Pushes all captures, or the whole match when s is given and there is none; answers how many.
int ah_push_captures(ah_matcher *ms, const char *s, const char *e);

#endif
