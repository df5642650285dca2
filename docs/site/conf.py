"""Settings of the documentation site; ``build.py`` prepares the pages that it is made of.

The site asks for nothing from the network: the theme ships its own style sheet and search, and no font is loaded.
"""

from importlib.metadata import version as _version

project = "multivector_sim"
author = "the multivector_sim authors"
copyright = author  # noqa: A001  the name that Sphinx reads
release = _version("multivector-sim")
language = "en"
smartquotes = False  # "--set" stays two hyphens

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx.ext.viewcode"]
source_suffix = {".md": "markdown"}
root_doc = "index"

myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 4

napoleon_google_docstring = False
napoleon_use_rtype = False
autodoc_typehints = "none"
autodoc_member_order = "bysource"
autodoc_default_options = {"members": True, "inherited-members": False}
add_module_names = False
python_use_unqualified_type_names = True

html_theme = "furo"
html_title = f"multivector_sim {release}"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sphinx = False
html_show_copyright = False
html_theme_options = {
    "navigation_with_keys": True,
    "light_css_variables": {"color-brand-primary": "#1d5d8c", "color-brand-content": "#1d5d8c"},
    "dark_css_variables": {"color-brand-primary": "#83b9e6", "color-brand-content": "#83b9e6"},
}
pygments_style = "a11y-high-contrast-light"
pygments_dark_style = "a11y-high-contrast-dark"
