// pango and cairo, loaded when the first document is made.
//
// With fontconfig, harfbuzz and glib they are some twenty libraries, which would cost every start of the program several
// milliseconds. So they are not linked: the functions that we call stand in pango.c and hand each call on.
//
// cairo's own headers are used. pango's need the include paths of glib, which only pkg-config knows; so what we call of
// it is declared here, after pango 1.50. Its interface has been stable since 1.0; pango.c compares the declarations with
// the real ones where these can be found:
//   cc -fsyntax-only -DSTEWARD_COMPARE_PANGO -ISources/CPango/include $(pkg-config --cflags pangocairo) Sources/CPango/pango.c
#ifndef STEWARD_CPANGO_H
#define STEWARD_CPANGO_H

#if __has_include(<cairo/cairo.h>)
#include <cairo/cairo.h>
#include <cairo/cairo-pdf.h>
#else
#include <cairo.h>
#include <cairo-pdf.h>
#endif
#include <stdint.h>

#ifdef STEWARD_COMPARE_PANGO
#include <pango/pangocairo.h>
#else

typedef struct _PangoFontMap PangoFontMap;
typedef struct _PangoContext PangoContext;
typedef struct _PangoLanguage PangoLanguage;
typedef struct _PangoFontDescription PangoFontDescription;
typedef struct _PangoFont PangoFont;
typedef struct _PangoCairoFont PangoCairoFont;
typedef struct _PangoLayout PangoLayout;

typedef enum { PANGO_WEIGHT_NORMAL = 400, PANGO_WEIGHT_BOLD = 700 } PangoWeight;
typedef enum { PANGO_WRAP_WORD, PANGO_WRAP_CHAR, PANGO_WRAP_WORD_CHAR } PangoWrapMode;
typedef enum { PANGO_ELLIPSIZE_NONE, PANGO_ELLIPSIZE_START, PANGO_ELLIPSIZE_MIDDLE, PANGO_ELLIPSIZE_END } PangoEllipsizeMode;

typedef struct _GSList {
    void *data;
    struct _GSList *next;
} GSList;

typedef struct {
    int32_t width;
    int32_t x_offset;
    int32_t y_offset;
} PangoGlyphGeometry;

typedef struct {
    uint32_t glyph;
    PangoGlyphGeometry geometry;
    struct {
        unsigned int is_cluster_start : 1;
        unsigned int is_color : 1;
    } attr;
} PangoGlyphInfo;

typedef struct {
    int num_glyphs;
    PangoGlyphInfo *glyphs;
    int *log_clusters;
    int space;
} PangoGlyphString;

typedef struct {
    void *shape_engine;
    void *lang_engine;
    PangoFont *font;
    uint8_t level;
    uint8_t gravity;
    uint8_t flags;
    uint8_t script;
    PangoLanguage *language;
    GSList *extra_attrs;
} PangoAnalysis;

typedef struct {
    int offset;
    int length;
    int num_chars;
    PangoAnalysis analysis;
} PangoItem;

typedef struct {
    PangoItem *item;
    PangoGlyphString *glyphs;
    int y_offset;
    int start_x_offset;
    int end_x_offset;
} PangoGlyphItem;

typedef struct {
    PangoLayout *layout;
    int start_index;
    int length;
    GSList *runs;
    unsigned int is_paragraph_start : 1;
    unsigned int resolved_dir : 3;
} PangoLayoutLine;

PangoFontMap *pango_cairo_font_map_new(void);
PangoContext *pango_font_map_create_context(PangoFontMap *map);
void pango_cairo_context_set_font_options(PangoContext *context, const cairo_font_options_t *options);
void pango_cairo_context_set_resolution(PangoContext *context, double dots);
void pango_context_set_round_glyph_positions(PangoContext *context, int round);
void pango_context_set_language(PangoContext *context, PangoLanguage *language);
PangoLanguage *pango_language_from_string(const char *language);
PangoFontDescription *pango_font_description_new(void);
void pango_font_description_set_family(PangoFontDescription *description, const char *family);
void pango_font_description_set_weight(PangoFontDescription *description, PangoWeight weight);
void pango_font_description_set_absolute_size(PangoFontDescription *description, double size);
const char *pango_font_description_get_family(const PangoFontDescription *description);
void pango_font_description_free(PangoFontDescription *description);
PangoFont *pango_context_load_font(PangoContext *context, const PangoFontDescription *description);
PangoFontDescription *pango_font_describe(PangoFont *font);
cairo_scaled_font_t *pango_cairo_font_get_scaled_font(PangoCairoFont *font);
PangoLayout *pango_layout_new(PangoContext *context);
void pango_layout_set_text(PangoLayout *layout, const char *text, int length);
void pango_layout_set_width(PangoLayout *layout, int width);
void pango_layout_set_wrap(PangoLayout *layout, PangoWrapMode wrap);
void pango_layout_set_ellipsize(PangoLayout *layout, PangoEllipsizeMode ellipsize);
void pango_layout_set_font_description(PangoLayout *layout, const PangoFontDescription *description);
GSList *pango_layout_get_lines_readonly(PangoLayout *layout);
void g_object_unref(void *object);

#endif

// What pango.h says in macros, which Swift does not see.
enum {
    STEWARD_PANGO_SCALE = 1024,
    STEWARD_PANGO_GLYPH_EMPTY = 0x0FFFFFFF,
    STEWARD_PANGO_GLYPH_UNKNOWN_FLAG = 0x10000000,
    STEWARD_PANGO_DIRECTION_RTL = 1,
};

// Loads the libraries and finds their functions; does nothing the second time. Gives the loader's words where that
// fails, and NULL where it does not. Call it before any other function of this module; for one thread at a time.
const char *steward_pango_load(void);

// The version of cairo that is loaded, as 1.16.0: its bytes may differ from those of another.
const char *cairo_version_string(void);

#endif
