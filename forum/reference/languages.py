"""Languages in which members work and write; ISO 639 codes. Pure."""

from typing import Final

#: Official languages of the United Nations, which come first.
OF_THE_UNITED_NATIONS: Final = ("ar", "zh", "en", "fr", "ru", "es")

#: Then the official languages of States and some more that offices work in.
LANGUAGES: Final = (
    *OF_THE_UNITED_NATIONS,
    *"""
    af am ay az be bg bi bn bs ca cs cy da de dv dz el et eu fa fi fil fj ga gil gl gn gu ha he hi
    ho hr ht hu hy id ig is it ja ka kk km kn ko ku ky lb lo lt lv mg mh mi mk ml mn mr ms mt my na
    nb nd ne niu nl nn no ny pa pau pl ps pt qu rm rn ro rw sg si sk sl sm sn so sq sr ss st sv sw
    ta te tet tg th ti tk tl tn to tpi tr ts tvl tzm uk ur uz vi wo xh yo zu
    """.split(),  # noqa: SIM905 - a list of 120 quoted codes could not be read
)
