/* SPDX-License-Identifier: Apache-2.0
 *
 * large.c: a large C translation unit, to see what the plugin adds to its compilation: Debian's libstb-dev, 20,000
 * lines of image, font and sound code with a few hundred allocation calls. It is compiled, never run.
 */
#define STB_IMAGE_IMPLEMENTATION
#define STB_IMAGE_WRITE_IMPLEMENTATION
#define STB_IMAGE_RESIZE_IMPLEMENTATION
#define STB_TRUETYPE_IMPLEMENTATION
#define STB_RECT_PACK_IMPLEMENTATION
#define STB_SPRINTF_IMPLEMENTATION
#define STB_DS_IMPLEMENTATION
#define STB_DXT_IMPLEMENTATION
#include <stb/stb_ds.h>
#include <stb/stb_dxt.h>
#include <stb/stb_image.h>
#include <stb/stb_image_resize.h>
#include <stb/stb_image_write.h>
#include <stb/stb_rect_pack.h>
#include <stb/stb_sprintf.h>
#include <stb/stb_truetype.h>
#include <stb/stb_vorbis.h>
