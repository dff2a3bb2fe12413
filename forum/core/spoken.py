"""Words that are read out on a bad line by people of many first languages.

Chosen by hand: concrete and known from any school book, no two that sound alike, nothing that could
hurt or be taken for a fact of a case.
"""

from typing import Final

WORDS: Final[tuple[str, ...]] = tuple(
    """
    acorn almond alphabet amber anchor apple apron aquarium arrow autumn avocado badge bakery
    balcony bamboo banana banner barley basket beach bicycle biscuit blanket blossom blue bottle
    bracelet bread breakfast bridge broccoli broom brother bubble bucket butter button cabbage
    cactus calendar camel camera candle canoe canyon carpet carrot castle cedar ceiling celery
    chapel cherry chimney chocolate cinnamon circle circus cloud clover coconut coffee comet
    compass corridor cousin cradle cricket crocodile crystal cucumber cupboard curtain cushion
    daisy desert diamond dictionary dolphin domino donkey dragon drawer drum eagle elbow
    elephant elevator emerald engine envelope evening fabric falcon family farmer feather ferry
    festival fiddle field flamingo forest fountain fruit galaxy garden garlic gate ginger
    giraffe glacier glove golden grandmother granite grape green guitar hammock harbour harvest
    hazel helicopter helmet hexagon hill holiday honey horizon hotel iceberg igloo island ivory
    jacket jaguar jasmine jewel jigsaw journey juice jungle kangaroo kettle keyboard kingdom
    kitchen kiwi koala ladder lagoon lamp lantern laundry lavender lemon leopard letter library
    lobster lunch magnet mango marathon marble market meadow melody mirror muffin museum
    mushroom music mustard napkin nature necklace needle newspaper nutmeg oasis ocean octagon
    octopus olive onion opera orange orchard ostrich oven oyster paddle pancake panda parade
    peanut pebble pelican pencil penguin pepper piano picnic pillow pineapple pocket pony potato
    puppet purple pyramid quilt rabbit radio rainbow raspberry ribbon river rooster saffron
    salad salmon sapphire saxophone scarf school season shadow shoulder silver soup spinach
    spoon spring squirrel stadium strawberry summer sunflower sweater table teacher teapot
    telescope temple theatre thunder tiger tomato tractor trumpet tulip tunnel turtle umbrella
    vanilla velvet village violet volcano volleyball walnut water whistle window winter wizard
    yellow yogurt zebra zigzag
    """.split()  # noqa: SIM905 - a list of 300 quoted words could not be read
)
