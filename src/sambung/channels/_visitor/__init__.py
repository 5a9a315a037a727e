"""What channels share whose customers hold a socket of ours: frames of JSON, and how a visitor proves who they are.

session  a frame (or a recorded session) checked and translated     frames  each frame's meaning
proof    origins and sign-ins                                       values  what of unchecked JSON is taken
"""
