"""Lesson 07, convolution: its explorers, figures, prepared data, exercises and questions."""

from course_lib.datasets import digit_scenes, load_fashion
from course_lib.explorer.drawing import Drawing
from course_lib.figure.verdict import verdict
from course_lib.lessons.lesson_07.channel_sum import ChannelSum
from course_lib.lessons.lesson_07.convolution import (
    KERNELS,
    KernelSteps,
    ReceptiveField,
    read_kernel,
)
from course_lib.lessons.lesson_07.feature_maps import Occlusion, WholeNetwork
from course_lib.lessons.lesson_07.networks import (
    PixelsLast,
    accuracy,
    cnn,
    deep_networks,
    dense_network,
    digit_reader,
    digits,
    four_deep_networks,
    mean_iou,
    mirrored,
    moved_digits,
    saliency,
    shifted,
    train,
    trained,
)
from course_lib.lessons.lesson_07.photo_maps import PhotoMaps
from course_lib.lessons.lesson_07.pictures import (
    grey,
    photo,
    show_answers,
    show_cover,
    show_curves,
    show_deeper,
    show_depthwise,
    show_first_kernels,
    show_guesses,
    show_kinds,
    show_moved,
    show_photo,
    show_saliency,
    show_scenes,
    show_shifts,
)
from course_lib.lessons.lesson_07.transfer import (
    compare,
    features,
    new_answer,
    split,
    two_folders,
    two_kinds,
)

__all__ = [
    "KERNELS", "ChannelSum", "Drawing", "KernelSteps", "Occlusion", "PhotoMaps", "PixelsLast",
    "ReceptiveField", "WholeNetwork", "accuracy", "cnn", "compare", "deep_networks",
    "dense_network", "digit_reader", "digit_scenes", "digits", "features", "four_deep_networks",
    "grey", "load_fashion", "mean_iou", "mirrored", "moved_digits", "new_answer", "photo",
    "read_kernel", "saliency", "shifted", "show_answers", "show_cover", "show_curves",
    "show_deeper", "show_depthwise", "show_first_kernels", "show_guesses", "show_kinds",
    "show_moved", "show_photo", "show_saliency", "show_scenes", "show_shifts", "split", "train",
    "trained", "two_folders", "two_kinds", "verdict",
]
