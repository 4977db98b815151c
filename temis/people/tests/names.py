"""Who works in the school of the cast, in the order of a Vietnamese list."""

# text: data

SCHOOL_2_BY_NAME = [
    "Phạm Thị Ánh",
    "Huỳnh Thị Ân",
    "Nguyễn Thị Bình",
    "Đỗ Thị Cúc",
    "Bùi Thị Dung",
    "Võ Minh Đức",
    "Trần Văn Hòa",
    "Danh Sơn",
    "Lê Thị Thu",
]
