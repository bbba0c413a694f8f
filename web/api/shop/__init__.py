"""Operations of the API of the shop area."""
