"""How good is it, how sure are we, and what would something far simpler have scored?"""
