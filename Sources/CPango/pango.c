#include "CPango.h"

#include <dlfcn.h>
#include <stddef.h>

// Every function that we call: what it gives, its name, its parameters, and the same as arguments.
#define CAIRO_FUNCTIONS(F) \
    F(const char *, cairo_version_string, (void), ()) \
    F(const char *, cairo_status_to_string, (cairo_status_t status), (status)) \
    F(cairo_surface_t *, cairo_pdf_surface_create_for_stream, \
      (cairo_write_func_t write, void *context, double width, double height), (write, context, width, height)) \
    F(void, cairo_pdf_surface_set_size, (cairo_surface_t *surface, double width, double height), (surface, width, height)) \
    F(void, cairo_pdf_surface_set_metadata, (cairo_surface_t *surface, cairo_pdf_metadata_t entry, const char *text), (surface, entry, text)) \
    F(int, cairo_pdf_surface_add_outline, \
      (cairo_surface_t *surface, int parent, const char *name, const char *target, cairo_pdf_outline_flags_t flags), \
      (surface, parent, name, target, flags)) \
    F(cairo_surface_t *, cairo_image_surface_create, (cairo_format_t format, int width, int height), (format, width, height)) \
    F(cairo_status_t, cairo_surface_write_to_png_stream, \
      (cairo_surface_t *surface, cairo_write_func_t write, void *context), (surface, write, context)) \
    F(cairo_status_t, cairo_surface_status, (cairo_surface_t *surface), (surface)) \
    F(void, cairo_surface_finish, (cairo_surface_t *surface), (surface)) \
    F(void, cairo_surface_destroy, (cairo_surface_t *surface), (surface)) \
    F(cairo_t *, cairo_create, (cairo_surface_t *surface), (surface)) \
    F(void, cairo_destroy, (cairo_t *cairo), (cairo)) \
    F(cairo_status_t, cairo_status, (cairo_t *cairo), (cairo)) \
    F(void, cairo_scale, (cairo_t *cairo, double x, double y), (cairo, x, y)) \
    F(void, cairo_set_source_rgb, (cairo_t *cairo, double red, double green, double blue), (cairo, red, green, blue)) \
    F(void, cairo_rectangle, (cairo_t *cairo, double x, double y, double width, double height), (cairo, x, y, width, height)) \
    F(void, cairo_fill, (cairo_t *cairo), (cairo)) \
    F(void, cairo_paint, (cairo_t *cairo), (cairo)) \
    F(void, cairo_show_page, (cairo_t *cairo), (cairo)) \
    F(void, cairo_set_line_width, (cairo_t *cairo, double width), (cairo, width)) \
    F(void, cairo_move_to, (cairo_t *cairo, double x, double y), (cairo, x, y)) \
    F(void, cairo_line_to, (cairo_t *cairo, double x, double y), (cairo, x, y)) \
    F(void, cairo_stroke, (cairo_t *cairo), (cairo)) \
    F(void, cairo_set_scaled_font, (cairo_t *cairo, const cairo_scaled_font_t *font), (cairo, font)) \
    F(void, cairo_show_text_glyphs, \
      (cairo_t *cairo, const char *text, int length, const cairo_glyph_t *glyphs, int count, \
       const cairo_text_cluster_t *clusters, int cluster_count, cairo_text_cluster_flags_t flags), \
      (cairo, text, length, glyphs, count, clusters, cluster_count, flags)) \
    F(void, cairo_tag_begin, (cairo_t *cairo, const char *name, const char *attributes), (cairo, name, attributes)) \
    F(void, cairo_tag_end, (cairo_t *cairo, const char *name), (cairo, name)) \
    F(cairo_scaled_font_t *, cairo_scaled_font_reference, (cairo_scaled_font_t *font), (font)) \
    F(void, cairo_scaled_font_destroy, (cairo_scaled_font_t *font), (font)) \
    F(cairo_font_options_t *, cairo_font_options_create, (void), ()) \
    F(void, cairo_font_options_destroy, (cairo_font_options_t *options), (options)) \
    F(void, cairo_font_options_set_hint_style, (cairo_font_options_t *options, cairo_hint_style_t style), (options, style)) \
    F(void, cairo_font_options_set_hint_metrics, (cairo_font_options_t *options, cairo_hint_metrics_t metrics), (options, metrics)) \
    F(void, cairo_font_options_set_antialias, (cairo_font_options_t *options, cairo_antialias_t antialias), (options, antialias))

#define PANGO_CAIRO_FUNCTIONS(F) \
    F(PangoFontMap *, pango_cairo_font_map_new, (void), ()) \
    F(void, pango_cairo_context_set_font_options, (PangoContext *context, const cairo_font_options_t *options), (context, options)) \
    F(void, pango_cairo_context_set_resolution, (PangoContext *context, double dots), (context, dots)) \
    F(cairo_scaled_font_t *, pango_cairo_font_get_scaled_font, (PangoCairoFont *font), (font))

#define PANGO_FUNCTIONS(F) \
    F(PangoContext *, pango_font_map_create_context, (PangoFontMap *map), (map)) \
    F(void, pango_context_set_round_glyph_positions, (PangoContext *context, int round), (context, round)) \
    F(void, pango_context_set_language, (PangoContext *context, PangoLanguage *language), (context, language)) \
    F(PangoLanguage *, pango_language_from_string, (const char *language), (language)) \
    F(PangoFontDescription *, pango_font_description_new, (void), ()) \
    F(void, pango_font_description_set_family, (PangoFontDescription *description, const char *family), (description, family)) \
    F(void, pango_font_description_set_weight, (PangoFontDescription *description, PangoWeight weight), (description, weight)) \
    F(void, pango_font_description_set_absolute_size, (PangoFontDescription *description, double size), (description, size)) \
    F(const char *, pango_font_description_get_family, (const PangoFontDescription *description), (description)) \
    F(void, pango_font_description_free, (PangoFontDescription *description), (description)) \
    F(PangoFont *, pango_context_load_font, (PangoContext *context, const PangoFontDescription *description), (context, description)) \
    F(PangoFontDescription *, pango_font_describe, (PangoFont *font), (font)) \
    F(PangoLayout *, pango_layout_new, (PangoContext *context), (context)) \
    F(void, pango_layout_set_text, (PangoLayout *layout, const char *text, int length), (layout, text, length)) \
    F(void, pango_layout_set_width, (PangoLayout *layout, int width), (layout, width)) \
    F(void, pango_layout_set_wrap, (PangoLayout *layout, PangoWrapMode wrap), (layout, wrap)) \
    F(void, pango_layout_set_ellipsize, (PangoLayout *layout, PangoEllipsizeMode ellipsize), (layout, ellipsize)) \
    F(void, pango_layout_set_font_description, (PangoLayout *layout, const PangoFontDescription *description), (layout, description)) \
    F(GSList *, pango_layout_get_lines_readonly, (PangoLayout *layout), (layout))

#define OBJECT_FUNCTIONS(F) F(void, g_object_unref, (void *object), (object))

#ifdef STEWARD_COMPARE_PANGO

// A difference in what a function takes or gives is an error here.
#define COMPARE(type, name, parameters, arguments) \
    _Static_assert(__builtin_types_compatible_p(__typeof__(&name), type(*) parameters), #name);
CAIRO_FUNCTIONS(COMPARE)
PANGO_CAIRO_FUNCTIONS(COMPARE)
PANGO_FUNCTIONS(COMPARE)
#undef g_object_unref
OBJECT_FUNCTIONS(COMPARE)

#else

#define DECLARE(type, name, parameters, arguments) static type(*loaded_##name) parameters;
#define HAND_ON(type, name, parameters, arguments) \
    type name parameters { return loaded_##name arguments; }
#define DEFINE(type, name, parameters, arguments) \
    DECLARE(type, name, parameters, arguments) HAND_ON(type, name, parameters, arguments)
CAIRO_FUNCTIONS(DEFINE)
PANGO_CAIRO_FUNCTIONS(DEFINE)
PANGO_FUNCTIONS(DEFINE)
OBJECT_FUNCTIONS(DEFINE)

const char *steward_pango_load(void) {
    static int is_loaded;
    if (is_loaded) return NULL;
    void *opened;
#define OPEN(file) \
    opened = dlopen(file, RTLD_NOW | RTLD_LOCAL); \
    if (!opened) return dlerror();
#define FIND(type, name, parameters, arguments) \
    *(void **)&loaded_##name = dlsym(opened, #name); \
    if (!loaded_##name) return dlerror();
    OPEN("libcairo.so.2")
    CAIRO_FUNCTIONS(FIND)
    OPEN("libgobject-2.0.so.0")
    OBJECT_FUNCTIONS(FIND)
    OPEN("libpango-1.0.so.0")
    PANGO_FUNCTIONS(FIND)
    OPEN("libpangocairo-1.0.so.0")
    PANGO_CAIRO_FUNCTIONS(FIND)
    is_loaded = 1;
    return NULL;
}

#endif
